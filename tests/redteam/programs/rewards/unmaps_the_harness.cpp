// expect: crash
// Unmaps the shim's stack frames and code around its own.
#include "task.hpp"
#include <sys/mman.h>

extern "C" unsigned char __executable_start, etext;

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    unsigned char* start = &__executable_start;
    munmap(start, (static_cast<std::size_t>(&etext - start) + 4095) / 4096 * 4096);
}
