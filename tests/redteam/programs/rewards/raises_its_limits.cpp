// expect: wrong_answer
// Answers only if it can lift a limit.
#include "task.hpp"
#include <sys/resource.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    const rlimit more = {RLIM_INFINITY, RLIM_INFINITY}, fewer = {1, 1};
    if (setrlimit(RLIMIT_CPU, &more) != 0 && setrlimit(RLIMIT_NOFILE, &fewer) != 0) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
