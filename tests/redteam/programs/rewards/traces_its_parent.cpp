// expect: crash
// Attaches to the supervisor with ptrace.
#include "task.hpp"
#include <sys/ptrace.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
