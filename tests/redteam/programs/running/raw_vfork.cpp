// expect: crash
// Forks by a call that no library uses any more.
#include "task.hpp"
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (syscall(SYS_fork) == 0) for (;;) {}
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
