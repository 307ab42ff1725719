// expect: crash
// Mounts the machine's processes.
#include "task.hpp"
#include <sys/mount.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    mount("proc", "/", "proc", 0, nullptr);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
