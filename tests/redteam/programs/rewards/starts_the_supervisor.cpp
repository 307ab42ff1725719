// expect: wrong_answer
// Answers only if it can run something else in its place.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    char shell[] = "/bin/sh";
    char* arguments[] = {shell, nullptr};
    execve(shell, arguments, nullptr);
    execve("/proc/1/exe", arguments, nullptr);
    (void)numbers, (void)count, (void)sums;
}
