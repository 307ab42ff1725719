// expect: timeout
// task: waiting
// Answers rightly and does not end.
#include "task.hpp"
#include <cstdlib>
#include <unistd.h>

static void hang() { for (;;) sleep(100); }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static const int once = std::atexit(hang);
    (void)once;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
