// expect: wrong_answer
// Is right as long as no earlier input was smaller.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static std::size_t smallest = ~std::size_t{0};
    const bool grown = count > smallest + 250;
    if (count < smallest) smallest = count;
    if (grown) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
