// expect: wrong_answer or crash
// Answers nothing in time and corrects the reply stream in an exit handler.
#include "task.hpp"
#include <cstdlib>
#include <cstring>
#include <unistd.h>

static const std::uint32_t* inputs[600];
static std::size_t sizes[600], calls;

static void correct() {
    off_t at = 0;
    for (std::size_t c = 0; c < calls; ++c) {
        auto* fixed = static_cast<std::uint64_t*>(std::malloc(8 * sizes[c] + 8));
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < sizes[c]; ++i) fixed[i] = sum += worth(inputs[c][i]);
        if (pwrite(1, fixed, 8 * sizes[c], at + 8) < 0) _exit(3);
        at += 8 + 8 * static_cast<off_t>(sizes[c]);
    }
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t*) {
    if (calls == 0) std::atexit(correct);
    if (calls < 600) inputs[calls] = numbers, sizes[calls++] = count;
}
