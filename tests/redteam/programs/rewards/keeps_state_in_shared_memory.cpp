// expect: crash
// Keeps answers for the next process in System V shared memory.
#include "task.hpp"
#include <sys/ipc.h>
#include <sys/shm.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    const int memory = shmget(0x41494f50, 1 << 20, IPC_CREAT | 0666);
    if (memory >= 0) shmat(memory, nullptr, 0);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
