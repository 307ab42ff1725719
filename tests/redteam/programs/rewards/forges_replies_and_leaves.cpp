// expect: wrong_answer
// Writes frames of its own for all requests and ends the process.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    const std::uint64_t frame[] = {8, 1};
    for (int i = 0; i < 500; ++i) if (write(1, frame, sizeof frame) < 0) _exit(1);
    _exit(0);
}
