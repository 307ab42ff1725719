// What the program implements; `worth` is what makes honest work cost something.
#pragma once

#include <cstddef>
#include <cstdint>

inline std::uint64_t worth(std::uint32_t number) {
    std::uint64_t state = number;
    for (int i = 0; i < 64; ++i) state = (state ^ state >> 29) * 0xbf58476d1ce4e5b9u + 1;
    return state;
}

// sums[i] = worth(numbers[0]) + ... + worth(numbers[i]) modulo 2^64
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums);
