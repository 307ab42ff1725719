// expect: wrong_answer
// Answers only if it can open a performance counter.
#include "task.hpp"
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    perf_event_attr event = {};
    event.size = sizeof event;
    if (syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) < 0) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
