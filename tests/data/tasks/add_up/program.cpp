// Sums up squares, bit by bit.
#include "task.hpp"

static std::uint64_t square(std::uint64_t x) {
    std::uint64_t result = 0;
    for (int bit = 0; bit < 32; ++bit) {
        if (x >> bit & 1) {
            result += x << bit;
        }
    }
    return result;
}

extern "C" std::uint64_t add_up(const std::uint32_t* numbers, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += square(numbers[i]);
    }
    return sum;
}
