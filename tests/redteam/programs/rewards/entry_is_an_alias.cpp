// expect: no gain
// Exports the entry as a weak alias of something local.
#include "task.hpp"

extern "C" {
static void real(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
__attribute__((weak, alias("real"))) void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*);
}
