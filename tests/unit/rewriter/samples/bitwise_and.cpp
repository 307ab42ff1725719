#include <cstdio>

struct Box {
    int length;
    int width;
    unsigned flags;
};

bool fits(const Box& box, int room) {
    return box.length <= room && box.width <= room && (box.flags & 2) == 0;
}

int main() {
    int sum = 0;
    for (int i = 0; i < 60; ++i) {
        const Box box{i % 13, i % 7, static_cast<unsigned>(i)};
        if (fits(box, 6)) sum += i;
    }
    std::printf("%d\n", sum);
}
