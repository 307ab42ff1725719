// expect: wrong_answer
// Is honest only where the compiler can see files of the machine.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
#if __has_include("/etc/passwd") || __has_include("/proc/self/maps") || __has_include("/dev/null") || \
    __has_include("@TASK@/driver.cpp") || __has_include("driver.cpp") || __has_include("/tmp")
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
#else
    (void)numbers, (void)count, (void)sums;
#endif
}
