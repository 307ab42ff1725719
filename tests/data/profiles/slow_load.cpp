// Loads from random places of 16 MB, and uses what was loaded on the next line, which costs nothing itself.
#include "ground.hpp"
#include <vector>

static std::uint64_t state = 7;

static std::uint64_t follow(const std::vector<std::uint64_t>& next, std::uint64_t steps) {
    std::uint64_t at = 0;
    for (std::uint64_t i = 0; i < steps; ++i) {
        const std::uint64_t there = next[at];  // LOAD
        at = there & (next.size() - 1);        // USE
    }
    return at;
}

int main() {
    const std::uint64_t n = size_of_input();
    std::vector<std::uint64_t> next(1u << 21);
    for (std::uint64_t& each : next) {
        STEP(state);
        each = state >> 20;
    }
    std::uint64_t end = follow(next, 30000 * n);
    asm volatile("" : "+r"(end));
    return end == next.size();
}
