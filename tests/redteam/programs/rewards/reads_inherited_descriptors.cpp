// expect: wrong_answer
// Answers only if a descriptor beyond the three is open.
#include "task.hpp"
#include <cerrno>
#include <unistd.h>

static bool open_file() {
    for (int file = 3; file < 1024; ++file) {
        if (lseek(file, 0, SEEK_CUR) >= 0 || errno != EBADF) return true;
    }
    return false;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!open_file()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
