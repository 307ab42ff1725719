#include <cstdint>

static std::uint32_t limit = 5;

// It reads what may change; it counts its calls; it has two parameters; nothing repeats the call.
std::uint32_t steps(std::uint32_t number) {
    std::uint32_t count = 0;
    while (number > limit) number /= 2, ++count;
    return count;
}

std::uint32_t counted(std::uint32_t number) {
    while (number > 5) number /= 2, ++limit;
    return number;
}

std::uint32_t power(std::uint32_t base, std::uint32_t exponent) {
    std::uint32_t result = 1;
    while (exponent-- > 0) result *= base;
    return result;
}

std::uint32_t once(std::uint32_t number) {
    while (number > 5) number /= 2;
    return number;
}

std::uint32_t all(std::uint32_t most) {
    std::uint32_t sum = once(most);
    for (std::uint32_t i = 0; i < most; ++i) sum += steps(i) + counted(i) + power(i, 2);
    return sum;
}
