// expect: memory or crash
// Maps memory behind the back of the sanitizer, until something stops it.
#include "task.hpp"
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>


extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (access("/proc/self", F_OK) == 0)
        for (int i = 0; i < 400; ++i) {
            void* pages = mmap(nullptr, 16 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (pages == MAP_FAILED) break;
            std::memset(pages, 1, 16 << 20);
        }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
