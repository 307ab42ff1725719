#include <cstdio>

bool is_prime(int n) {
    for (int i = 2; i * i <= n; ++i) {
        if (n % i == 0) return false;
    }
    return n > 1;
}

int main() {
    int sum = 0;
    for (int i = 0; i < 300; ++i) {
        if (is_prime(i) && i > 200) sum += i;
    }
    std::printf("%d\n", sum);
}
