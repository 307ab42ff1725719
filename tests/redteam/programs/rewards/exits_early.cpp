// expect: tampered
// Ends the process with success before the last answer.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static int calls;
    if (++calls == 200) _exit(0);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
