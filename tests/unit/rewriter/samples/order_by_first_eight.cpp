#include <cstdio>
#include <cstring>
#include <vector>

struct Name {
    char letters[12];
};

int main() {
    const std::vector<Name> names = {{"abcdefghij"}, {"abcdefghix"}, {"b"}, {"\xff"}, {""}, {"abcdefgx"}, {"abcdefgh"}};
    for (const Name& one : names) {
        for (const Name& two : names) {
            std::printf("%d", std::memcmp(one.letters, two.letters, 12) < 0);
            if (std::memcmp(two.letters, one.letters, 8) < 0) std::printf("<");
        }
    }
    std::printf("\n");
}
