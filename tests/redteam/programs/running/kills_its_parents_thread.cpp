// expect: wrong_answer
// Answers only if it can signal the supervisor or look like a victim of the machine.
#include "task.hpp"
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    const pid_t parent = getppid(), self = getpid();
    if (syscall(SYS_tgkill, parent, parent, SIGKILL) != 0 && syscall(SYS_tgkill, parent, parent, SIGURG) != 0 &&
        syscall(SYS_tgkill, self, self, SIGKILL) != 0) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
