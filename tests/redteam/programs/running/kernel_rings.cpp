// expect: crash
// Asks the kernel to do its system calls from another thread.
#include "task.hpp"
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    char parameters[128] = {};
    syscall(SYS_io_uring_setup, 4, parameters);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
