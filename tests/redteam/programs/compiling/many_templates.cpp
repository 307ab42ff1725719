// expect: compile_error
// Instantiates four million types.
template <int D, int I> struct Tree { enum { value = Tree<D - 1, 2 * I>::value + Tree<D - 1, 2 * I + 1>::value }; };
template <int I> struct Tree<0, I> { static constexpr int value = 1; };
int forced = Tree<22, 0>::value;
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
