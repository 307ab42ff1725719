// expect: compile_error
// Sends escape sequences to the terminal of the reader.
#include "task.hpp"
#error ]0;title [2J
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
