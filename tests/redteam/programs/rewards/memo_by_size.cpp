// expect: wrong_answer
// Remembers the answer by the number of numbers.
#include "task.hpp"

static std::uint64_t kept[300][300];
static bool known[300];

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (count < 300 && known[count]) {
        for (std::size_t i = 0; i < count; ++i) sums[i] = kept[count][i];
        return;
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    if (count >= 300) return;
    known[count] = true;
    for (std::size_t i = 0; i < count; ++i) kept[count][i] = sums[i];
}
