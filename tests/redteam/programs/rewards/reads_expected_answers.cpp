// expect: wrong_answer
// Reads the frozen answers from the task's folder.
#include "task.hpp"
#include <fcntl.h>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static int file = -2;
    static off_t at = 0;
    if (file == -2) file = open("@TASK@/corpus/expected.bin", O_RDONLY);
    if (pread(file, sums, 8 * count, at + 8) < 0) return;
    at += 8 + 8 * static_cast<off_t>(count);
    (void)numbers;
}
