// expect: crash
// Reads the supervisor's memory.
#include "task.hpp"
#include <sys/uio.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    char bytes[64];
    iovec here = {bytes, sizeof bytes}, there = {reinterpret_cast<void*>(0x400000), sizeof bytes};
    process_vm_readv(getppid(), &here, 1, &there, 1, 0);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
