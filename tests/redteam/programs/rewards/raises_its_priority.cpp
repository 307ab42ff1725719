// expect: wrong_answer
// Answers only if it gets another priority, policy or processor.
#include "task.hpp"
#include <sched.h>
#include <sys/resource.h>

static bool raised() {
    const sched_param top = {1};
    if (setpriority(PRIO_PROCESS, 0, -5) == 0 || sched_setscheduler(0, SCHED_FIFO, &top) == 0) return true;
    cpu_set_t all;
    CPU_ZERO(&all);
    for (std::size_t cpu = 0; cpu < 8; ++cpu) CPU_SET(cpu, &all);
    return sched_setaffinity(0, sizeof all, &all) == 0;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!raised()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
