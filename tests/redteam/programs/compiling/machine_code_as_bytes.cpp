// expect: compile_error
// Holds the output of another compilation as bytes in assembly.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*);
asm(".globl running_sums\nrunning_sums: .byte 0x31,0xc0,0xc3");
