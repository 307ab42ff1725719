// expect: timeout
// Sleeps when all answers are given.
#include "task.hpp"
#include <unistd.h>

static struct Sleeper {
    bool timed = false;
    ~Sleeper() { if (timed) sleep(1000); }
} sleeper;

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    sleeper.timed = count > 1000;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
