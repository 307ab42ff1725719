// expect: crash
// Calls itself without end.
#include "task.hpp"

__attribute__((noinline)) static int deeper(volatile char* above) {
    volatile char here[4096];
    here[0] = above[0];
    return deeper(here) + here[0];
}

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    volatile char start = 0;
    deeper(&start);
}
