// expect: crash
// Starts a program from memory.
#include "task.hpp"
#include <sys/mman.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    memfd_create("program", 0);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
