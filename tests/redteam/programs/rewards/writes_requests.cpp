// expect: wrong_answer
// Answers only if it can make the requests easier.
#include "task.hpp"
#include <sys/mman.h>
#include <unistd.h>

static bool easier() {
    if (pwrite(0, "x", 1, 64) == 1) return true;
    return mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0) != MAP_FAILED;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!easier()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
