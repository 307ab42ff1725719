// expect: no gain
// Replaces operator new to learn and prefill the driver's buffers.
#include "task.hpp"
#include <cstdlib>
#include <new>

static void* last;
void* operator new(std::size_t size) { return last = std::calloc(1, size + 1); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (last != nullptr) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
