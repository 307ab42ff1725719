// expect: timeout
// Never ends and ignores every signal that can be ignored.
#include "task.hpp"
#include <csignal>

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    for (int number = 1; number < 65; ++number) std::signal(number, SIG_IGN);
    for (volatile int i = 0;; i = i + 1) {}
}
