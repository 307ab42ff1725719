// expect: compile_error
// Writes sections for the linker's plugin in assembly.
#include "task.hpp"

asm(".section .gnu.lto_.opts,\"e\",@progbits\n .ascii \"-Ofast\"\n .text");
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
