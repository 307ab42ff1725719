// expect: timeout
// Does not get as far as main.
#include "task.hpp"

__attribute__((constructor(101))) static void hang() { for (volatile int i = 0;; i = i + 1) {} }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
