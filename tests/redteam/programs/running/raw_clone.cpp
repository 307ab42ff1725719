// expect: wrong_answer
// Makes processes by the system calls themselves.
#include "task.hpp"
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    long arguments[11] = {0, 0, 0, 0, SIGCHLD};
    const long first = syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0);
    const long second = syscall(SYS_clone3, arguments, sizeof arguments);
    if (first < 0 && second < 0) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
