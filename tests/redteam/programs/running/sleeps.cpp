// expect: timeout
// task: waiting
// Waits for nothing.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    for (;;) sleep(100);
}
