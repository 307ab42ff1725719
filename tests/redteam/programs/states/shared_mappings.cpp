// expect: no gain
// Makes shared mappings, of which the kernel counts the files.
#include "task.hpp"
#include <sys/mman.h>


extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    for (int i = 0; i < 5000; ++i)
        if (mmap(nullptr, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
