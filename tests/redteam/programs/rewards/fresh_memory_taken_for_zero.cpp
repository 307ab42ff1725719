// expect: wrong_answer
// Sums up in memory that it never set to zero.
#include "task.hpp"
#include <cstdlib>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    auto* volatile kept = static_cast<std::uint64_t*>(std::malloc(1 << 19));
    std::uint64_t* total = kept + (1 << 15);
    for (std::size_t i = 0; i < count; ++i) sums[i] = *total += worth(numbers[i]);
    std::free(kept);
}
