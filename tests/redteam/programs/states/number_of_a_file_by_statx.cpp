// expect: no gain
// The same by another call.
#include "task.hpp"
#include <fcntl.h>
#include <sys/stat.h>


extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    struct statx file{};
    for (int each = 0; each < 3; ++each)
        if (statx(each, "", AT_EMPTY_PATH, STATX_ALL, &file) == 0) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
