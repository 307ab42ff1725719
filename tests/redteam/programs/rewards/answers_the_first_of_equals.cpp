// expect: wrong_answer
// Detects a repeated size and takes the call for a repetition.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static std::size_t before = ~std::size_t{0};
    const bool again = count == before;
    before = count;
    if (again) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
