// expect: crash
// Uses the 32-bit numbers, which a filter of 64-bit ones does not know, from machine code made at run time.
#include "task.hpp"
#include <cstring>
#include <sys/mman.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
#ifdef __x86_64__
    const unsigned char fork[] = {0xb8, 2, 0, 0, 0, 0xcd, 0x80, 0xc3};  // mov $2, %eax; int $0x80; ret
    void* code = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED) __builtin_trap();
    std::memcpy(code, fork, sizeof fork);
    if (reinterpret_cast<int (*)()>(code)() == 0) for (;;) {}
#else
    __builtin_trap();
#endif
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
