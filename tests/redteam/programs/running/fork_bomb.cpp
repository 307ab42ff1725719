// expect: wrong_answer
// Answers only if it can multiply.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    bool made = false;
    for (int i = 0; i < 50; ++i) {
        const pid_t child = fork();
        if (child == 0) for (;;) fork();
        made |= child > 0;
    }
    if (!made) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
