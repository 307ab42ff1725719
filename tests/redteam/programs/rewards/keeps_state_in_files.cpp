// expect: wrong_answer
// Answers only if it can leave a file for the next process.
#include "task.hpp"
#include <fcntl.h>
#include <unistd.h>

static bool kept() {
    const char* names[] = {"/tmp/aiopt-redteam", "/dev/shm/aiopt-redteam", "/var/tmp/aiopt-redteam", "/aiopt-redteam",
                           "aiopt-redteam", "/run/aiopt-redteam", "@TASK@/aiopt-redteam"};
    for (const char* name : names) {
        const int file = open(name, O_CREAT | O_RDWR, 0666);
        if (file >= 0 && write(file, "x", 1) == 1) return true;
    }
    return false;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!kept()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
