// expect: memory or crash
// Touches addresses far apart for reading: page tables are memory, too.
#include "task.hpp"
#include <sys/mman.h>
#include <unistd.h>


extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (access("/proc/self", F_OK) == 0) {
        const std::size_t size = std::size_t{8} << 40, step = 2 << 20;
        void* pages = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (pages != MAP_FAILED)
            for (std::size_t at = 0; at < size; at += step) (void)*(static_cast<volatile char*>(pages) + at);
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
