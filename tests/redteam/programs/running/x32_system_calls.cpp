// expect: crash
// Uses the x32 numbers.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
#ifdef __x86_64__
    if (syscall(0x40000000 | 57) == 0) for (;;) {}
#else
    __builtin_trap();
#endif
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
