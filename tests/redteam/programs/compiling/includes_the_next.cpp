// expect: compile_error
// Includes by a directive that looks further along the path.
#include_next <cstdint>
#include "task.hpp"
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
