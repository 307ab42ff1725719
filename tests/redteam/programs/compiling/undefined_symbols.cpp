// expect: compile_error
// Refers to symbols of the harness that are none of its business.
#include "task.hpp"

extern "C" int aiopt_verdict;

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    aiopt_verdict = 1;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
