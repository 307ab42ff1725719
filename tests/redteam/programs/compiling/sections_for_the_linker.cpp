// expect: compile_error
// Puts data where the linker's plugin looks for code to compile.
#include "task.hpp"

__attribute__((section(".gnu.lto_.opts"), used)) const char options[] = "-Ofast";
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
