// expect: crash
// Ends under a sanitizer with a report of its own that holds what it read of the machine.
#include "task.hpp"
#include <cstdio>
#include <unistd.h>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (std::FILE* file = std::fopen("/proc/self/mountinfo", "r")) {
        char text[300] = "";
        const auto size = std::fread(text, 1, sizeof text - 1, file);
        for (char* at = text; at < text + size; ++at) if (*at == '\n') *at = ' ';
        std::fprintf(stderr, "SUMMARY: xSanitizer: marked-by-the-program %s\n", text);
        _exit(1);
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
