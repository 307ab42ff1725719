// expect: wrong_answer or tampered or crash
// Seeks and truncates the reply stream to overwrite earlier answers.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    lseek(1, 0, SEEK_SET);
}
