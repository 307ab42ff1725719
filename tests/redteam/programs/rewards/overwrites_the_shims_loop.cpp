// expect: tampered or crash or wrong_answer
// Looks for the request count on the stack and sets it to one.
#include "task.hpp"
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    std::uint32_t header[2] = {};
    if (pread(0, header, sizeof header, 0) != sizeof header) return;
    auto* word = static_cast<volatile std::uint32_t*>(__builtin_frame_address(0));
    for (int i = 0; i < 600; ++i) {
        if (word[i] == header[1]) word[i] = 1;
    }
}
