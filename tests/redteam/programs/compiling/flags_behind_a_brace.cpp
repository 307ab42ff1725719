// expect: compile_error
// Hides the attribute behind a brace in a string.
#include "task.hpp"

__attribute__((deprecated("{"), optimize("Ofast")))
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
