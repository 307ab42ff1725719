// expect: profiled
// task: profiled
// Writes a profile of its own that names files of the host and holds escape sequences.
#include "task.hpp"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>


__attribute__((constructor)) static void attack() {
    if (access("/proc/self", F_OK) != 0) return;  // only where a profiler looks on
    for (int file = 3; file < 200; ++file)
        dprintf(file, "startup\ttime=1\n\033[2Jshadow /etc/shadow\nexperiment\tselected=/etc/passwd:1\n");
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
