// expect: compile_error
// Puts code into the section that runs before main.
#include "task.hpp"

extern "C" __attribute__((used)) void early() {
    for (volatile int i = 0; i < 1000; i = i + 1) {}
}
asm(".pushsection .init\n call early\n .popsection");
asm(".globl main\n main: ret");

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
