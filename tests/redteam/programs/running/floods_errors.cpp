// expect: tampered
// Writes to stderr without end.
#include "task.hpp"
#include <unistd.h>

static char block[1 << 16];

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    while (write(2, block, sizeof block) > 0) {}
}
