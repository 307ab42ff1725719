// expect: compile_error
// Puts the word for assembly together by macros.
#include "task.hpp"
#define JOIN(a, b) a##b

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
void pad() { JOIN(as, m)(".skip 32,0x90"); }
