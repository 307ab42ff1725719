#include <cstdio>

int main() {
    int odd = 0;
    for (int i = 0; i < 9; ++i) {
        if (i % 2 == 1) {
            int square = i * i;
            odd += square;
        }
    }
    std::printf("%d\n", odd);
}
