// expect: crash
// Uses the 32-bit numbers, which a filter of 64-bit ones does not know.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
#ifdef __x86_64__
    int result = 2;  // fork
    asm volatile("int $0x80" : "+a"(result) : : "memory");
    if (result == 0) for (;;) {}
#else
    __builtin_trap();
#endif
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
