// expect: compile_error
// Ends a raw string on a line that looks like a pragma, and changes the flags there.
#include "task.hpp"

const char* text = R"(
#pragma )"; __attribute__((optimize("Ofast"))) void unused() {}
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
