// expect: crash
// Sends SIGKILL to all processes.
#include "task.hpp"
#include <csignal>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    kill(-1, SIGKILL);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
