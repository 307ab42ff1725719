// expect: wrong_answer
// Answers by the clock: right most of the time.
#include "task.hpp"
#include <ctime>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (count > 0 && now.tv_nsec % 16 == 0) sums[count - 1] += 1;
}
