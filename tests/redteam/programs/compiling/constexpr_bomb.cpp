// expect: compile_error
// Computes without end while compiling.
constexpr unsigned long endless() {
    unsigned long sum = 0;
    for (unsigned long i = 0; i < 1ul << 40; ++i) sum += i;
    return sum;
}
constexpr unsigned long forced = endless();
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
