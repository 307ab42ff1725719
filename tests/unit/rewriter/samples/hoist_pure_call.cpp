#include <cstdio>

int fee(int class_number) {
    int total = 3;
    for (int i = 0; i < class_number; ++i) {
        total += i * 2;
    }
    return total;
}

int main() {
    int kind = 4, sum = 0;
    for (int i = 0; i < 6; ++i) {
        sum += fee(kind) + i;
    }
    std::printf("%d\n", sum);
}
