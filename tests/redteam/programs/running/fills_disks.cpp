// expect: wrong_answer
// Answers only if there is a place to fill.
#include "task.hpp"
#include <fcntl.h>
#include <unistd.h>

static char block[1 << 16];

static bool filled() {
    const char* names[] = {"/aiopt-redteam", "/tmp/aiopt-redteam", "/dev/shm/aiopt-redteam", "aiopt-redteam", "/var/x"};
    for (const char* name : names) {
        const int file = open(name, O_CREAT | O_WRONLY, 0600);
        if (file < 0) continue;
        while (write(file, block, sizeof block) > 0) {}
        return true;
    }
    return false;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!filled()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
