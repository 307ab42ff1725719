// expect: compile_error
// Spells the brackets of an attribute as digraphs.
#include "task.hpp"

extern "C" <:<:gnu::optimize("Ofast"):>:>
void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
