// expect: passed
// Fills shared pages and lets go of them: they stay, and are resident no more.
#include "task.hpp"
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>


extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (access("/proc/self", F_OK) == 0)
        for (int i = 0; i < 100; ++i) {
            void* pages = mmap(nullptr, 16 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
            if (pages == MAP_FAILED) break;
            std::memset(pages, 1, 16 << 20);
            madvise(pages, 16 << 20, MADV_DONTNEED);
        }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
