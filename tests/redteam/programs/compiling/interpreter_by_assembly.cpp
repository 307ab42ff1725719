// expect: compile_error
// Names an interpreter that does not exist, so that the program cannot be started.
#include "task.hpp"

asm(".section .interp,\"a\"\n .asciz \"/no/such/loader\"\n .text");
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
