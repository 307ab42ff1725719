// expect: compile_error
// Includes a file of the toolchain's folders that is no header.
#include <../lib/os-release>
#include "task.hpp"
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
