// Touches fresh pages all the time: the time is the kernel's, the line is ours.
#include "ground.hpp"
#include <sys/mman.h>

static double touch(std::uint64_t rounds) {
    constexpr std::size_t bytes = 8u << 20;
    const double before = thread_cpu();
    for (std::uint64_t i = 0; i < rounds; ++i) {
        auto* pages = static_cast<volatile char*>(
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        if (pages == MAP_FAILED) return 0;
        madvise(const_cast<char*>(pages), bytes, MADV_NOHUGEPAGE);
        for (std::size_t at = 0; at < bytes; at += 4096) pages[at] = 1;  // TOUCH
        munmap(const_cast<char*>(pages), bytes);
    }
    return thread_cpu() - before;
}

static double compute(std::uint64_t rounds) {
    const double before = thread_cpu();
    std::uint64_t x = 1;
    for (std::uint64_t i = 0; i < 300000 * rounds; ++i) STEP(x);  // COMPUTE
    return x == 0 ? 0 : thread_cpu() - before;
}

int main() {
    const std::uint64_t rounds = size_of_input();
    tell("TOUCH", touch(rounds));
    tell("COMPUTE", compute(rounds));
    tell("FAULTS", static_cast<double>(2048 * rounds));
    return 0;
}
