// expect: wrong_answer
// The same, and ignores the signal that says it is too much.
#include "task.hpp"
#include <csignal>
#include <unistd.h>

static char block[1 << 16];

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    std::signal(SIGXFSZ, SIG_IGN);
    while (write(1, block, sizeof block) > 0) {}
}
