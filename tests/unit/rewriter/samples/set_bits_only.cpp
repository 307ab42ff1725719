#include <cstdint>
#include <cstdio>

int weights(std::uint32_t flags) {
    int sum = 0;
    for (std::size_t bit = 0; bit < 20; ++bit) {
        if (flags >> bit & 1) {
            sum = sum * 3 % 10007 + static_cast<int>(bit);
        }
    }
    return sum;
}

int main() {
    int sum = 0;
    for (std::uint32_t i = 0; i < 200; ++i) sum = (sum + weights(i * 2654435761u)) % 100003;
    std::printf("%d\n", sum);
}
