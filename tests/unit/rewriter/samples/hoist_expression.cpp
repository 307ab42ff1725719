#include <cstdio>

int main() {
    int width = 7, depth = 3, sum = 0;
    for (int i = 0; i < 10; ++i) {
        sum += i * (width * depth);
    }
    std::printf("%d\n", sum);
}
