// expect: no gain
// Brings its own clocks, which stand still.
#include "task.hpp"
#include <ctime>
#include <sys/resource.h>
#include <sys/time.h>

extern "C" int clock_gettime(clockid_t, timespec* time) noexcept { *time = {}; return 0; }
extern "C" int gettimeofday(timeval* time, void*) noexcept { *time = {}; return 0; }
extern "C" clock_t clock() noexcept { return 0; }
extern "C" int getrusage(__rusage_who_t, rusage* used) noexcept { *used = {}; return 0; }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
