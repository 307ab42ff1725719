// expect: no gain
// Brings a main of its own that claims success.
#include "task.hpp"
#include <unistd.h>

extern "C" int main() {
    if (write(1, "passed\n", 7) < 0) return 1;
    return 0;
}
extern "C" void _start() { _exit(0); }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
