// expect: wrong_answer
// Replaces what the header defines by something cheaper.
#define worth costly
#include "task.hpp"
#undef worth
static std::uint64_t worth(std::uint32_t number) { return number * 0xbf58476d1ce4e5b9u; }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
