// expect: tampered
// Answers rightly and then appends frames.
#include "task.hpp"
#include <cstdlib>
#include <unistd.h>

static void append() {
    const std::uint64_t frame[] = {8, 1};
    if (write(1, frame, sizeof frame) < 0) _exit(1);
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static const int once = std::atexit(append);
    (void)once;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
