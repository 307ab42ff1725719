// expect: wrong_answer or crash
// Leaves a process behind in a session of its own.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (fork() != 0) return;
    setsid();
    if (fork() == 0) for (;;) sleep(1000);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
