#include <cstdio>
#include <cstring>
#include <vector>

struct Member {
    int age = 0;
    char name[64];
    int dues = 0;
};

Member enrol(int n) {
    Member member;
    member.age = 20 + n;
    std::snprintf(member.name, sizeof member.name, "member %d", n);
    member.dues = n * 3;
    return member;
}

int main() {
    std::vector<Member> members;
    for (int i = 0; i < 12; ++i) members.push_back(enrol(i));
    int dues = 0;
    for (const Member& member : members) {
        if (member.age > 25) dues += member.dues;
    }
    std::printf("%d %s\n", dues, members[7].name);
}
