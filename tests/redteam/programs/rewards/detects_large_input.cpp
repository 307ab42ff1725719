// expect: wrong_answer
// Guesses that large inputs are timed and answers them cheaply.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (count > 10000) {
        for (std::size_t i = 0; i < count; ++i) sums[i] = i;
        return;
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
