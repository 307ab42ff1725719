// expect: wrong_answer
// Answers only if some file of the machine can be opened.
#include "task.hpp"
#include <fcntl.h>
#include <unistd.h>

static bool found() {
    const char* names[] = {"/etc/passwd", "/proc/self/maps", "/proc/self/exe", "/proc/1/environ", "/sys/kernel",
                           "/dev/null", "/dev/shm/x", "/tmp", "/usr/bin/env", "/home", "@TASK@/task.toml", "..", "."};
    for (const char* name : names) {
        char byte;
        const int file = open(name, O_RDONLY);
        if (file >= 0 && read(file, &byte, 1) == 1) return true;
    }
    return false;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!found()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
