// expect: wrong_answer or compile_error or crash
// Makes the interface's numbers smaller.
#include <cstddef>
#include <cstdint>
#define uint64_t uint32_t
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
