// expect: crash
// Looks like what the machine killed, under a sanitizer, where it may send itself the signal.
#include "task.hpp"
#include <csignal>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (access("/proc/self", F_OK) == 0) kill(getpid(), SIGKILL);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
