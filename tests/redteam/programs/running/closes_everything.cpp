// expect: crash
// Closes the descriptors it was given.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    for (int file = 0; file < 64; ++file) close(file);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
