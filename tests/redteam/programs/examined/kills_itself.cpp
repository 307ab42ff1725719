// expect: passed
// Under a sanitizer, sends itself the signal that a machine out of memory sends: that call is refused.
#include "task.hpp"
#include <csignal>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
#ifdef __SANITIZE_ADDRESS__
    kill(getpid(), SIGKILL);
#endif
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
