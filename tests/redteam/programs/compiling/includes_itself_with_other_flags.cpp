// expect: compile_error
// Includes its own file by another spelling, under a guard, with other flags in the first pass.
#ifndef AGAIN
#define AGAIN
#pragma GCC optimize("Ofast")
#include "./program.cpp"
#else
#include "task.hpp"
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
#endif
