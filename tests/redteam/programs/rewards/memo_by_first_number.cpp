// expect: wrong_answer
// Takes an input that starts and ends like an earlier one for the same.
#include "task.hpp"

static std::uint64_t kept[300], first, last;
static std::size_t size;

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (count > 1 && count <= size && numbers[0] == first && numbers[count - 1] == last) {
        for (std::size_t i = 0; i < count; ++i) sums[i] = kept[i];
        return;
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    if (count == 0 || count > 300) return;
    first = numbers[0], last = numbers[count - 1], size = count;
    for (std::size_t i = 0; i < count; ++i) kept[i] = sums[i];
}
