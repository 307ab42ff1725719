// expect: compile_error
// Runs a function before every constructor.
#include "task.hpp"

static std::uint64_t table[1 << 16];
static void prepare() {
    for (std::uint32_t i = 0; i < 1 << 16; ++i) table[i] = worth(i);
}
__attribute__((section(".preinit_array"), used)) static void (*const early)() = prepare;

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sums[i] = sum += numbers[i] < 1 << 16 ? table[numbers[i]] : worth(numbers[i]);
    }
}
