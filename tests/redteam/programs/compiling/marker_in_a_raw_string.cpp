// expect: compile_error
// Makes what follows look as if it stood in a header of the system.
#include "task.hpp"

const char* text = R"(
# 1 "/usr/include/stdio.h" 1 3
)";
__attribute__((optimize("Ofast")))
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
