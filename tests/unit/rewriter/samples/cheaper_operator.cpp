#include <cmath>
#include <cstdint>
#include <cstdio>

int main() {
    std::uint32_t sum = 0;
    double length = 0;
    for (std::uint32_t i = 0; i < 100; ++i) {
        sum += i / 8 + i % 16;
        double x = 1.5;
        length += std::pow(x, 2);
    }
    std::printf("%u %.2f\n", sum, length);
}
