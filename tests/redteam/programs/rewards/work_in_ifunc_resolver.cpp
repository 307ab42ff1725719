// expect: no gain
// Lets the loader's choice of an implementation do work.
#include "task.hpp"

static std::uint64_t table[1 << 14];
static std::uint64_t look_up(std::uint32_t number) { return number < 1 << 14 ? table[number] : worth(number); }
extern "C" {
static std::uint64_t (*resolve())(std::uint32_t) {
    for (std::uint32_t i = 0; i < 1 << 14; ++i) table[i] = worth(i);
    return look_up;
}
__attribute__((ifunc("resolve"))) std::uint64_t value(std::uint32_t number);
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += value(numbers[i]);
}
