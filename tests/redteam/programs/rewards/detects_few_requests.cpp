// expect: wrong_answer
// Reads the size of the request file: a large one with few requests is a timed run.
#include "task.hpp"
#include <cstring>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint32_t header[2] = {};
    if (pread(0, header, sizeof header, 0) == sizeof header && header[1] < 10) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
