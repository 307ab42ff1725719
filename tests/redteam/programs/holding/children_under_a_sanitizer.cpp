// expect: passed
// Starts processes where tools may, each of which holds memory.
#include "task.hpp"
#include <cstdlib>
#include <cstring>
#include <unistd.h>


extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (access("/proc/self", F_OK) == 0)
        for (int i = 0; i < 7; ++i)
            if (fork() == 0) {
                if (void* much = std::malloc(300u << 20)) std::memset(much, 1, 300u << 20);
                for (;;) pause();
            }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
