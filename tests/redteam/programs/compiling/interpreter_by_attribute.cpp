// expect: compile_error
// Names an interpreter that does not exist, so that the program cannot be started.
#include "task.hpp"

__attribute__((section(".interp"), used)) const char loader[] = "/no/such/loader";
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
