// Sums up squares.
#include "task.hpp"

extern "C" std::uint64_t add_up(const std::uint32_t* numbers, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += std::uint64_t{numbers[i]} * numbers[i];
    }
    return sum;
}
