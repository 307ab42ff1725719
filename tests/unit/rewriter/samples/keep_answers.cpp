#include <cstdint>
#include <cstdio>

std::uint32_t steps_of(std::uint32_t number) {
    std::uint32_t steps = 0;
    const auto odd = [&] { return number % 2 == 1; };
    for (; number > 1; ++steps) number = odd() ? 3 * number + 1 : number / 2;
    return steps;
}

std::uint64_t product(unsigned most) {
    std::uint64_t result = 1;
    for (unsigned i = 2; i <= most; ++i) result *= i;
    return result;
}

int main() {
    for (std::uint32_t i = 0; i < 60; ++i) {
        std::printf("%u %llu ", steps_of(i % 17), static_cast<unsigned long long>(product(i % 9)));
    }
    std::printf("\n");
}
