// expect: wrong_answer
// Is wrong unless memory is filled as the gate's second process fills it.
#include "task.hpp"
#include <cstdlib>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (std::getenv("MALLOC_PERTURB_") == nullptr && count == 7) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
