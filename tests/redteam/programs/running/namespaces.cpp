// expect: crash
// Makes namespaces of its own to have every right there.
#include "task.hpp"
#include <sched.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    unshare(CLONE_NEWUSER | CLONE_NEWNS);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
