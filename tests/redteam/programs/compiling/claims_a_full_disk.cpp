// expect: compile_error
// Prints what a full disk makes compilers print, and fails where the linker gives no place.
#warning No space left on device
#include "task.hpp"

extern "C" thread_local char** environ;
char** used = environ;
extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
