#include <cstdio>

int cube(int n) { return n * n * n; }

int main() {
    int sum = 0;
    for (int i = 0; i < 5; ++i) sum += cube(i);
    std::printf("%d\n", sum);
}
