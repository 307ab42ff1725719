// One thread, two lines: 70 % and 30 % of the work.
#include "ground.hpp"

static std::uint64_t seven(std::uint64_t x, std::uint64_t n) {
    for (std::uint64_t i = 0; i < 70000 * n; ++i) STEP(x);  // SEVENTY
    return x;
}

static std::uint64_t three(std::uint64_t x, std::uint64_t n) {
    for (std::uint64_t i = 0; i < 30000 * n; ++i) STEP(x);  // THIRTY
    return x;
}

int main() {
    const std::uint64_t n = size_of_input();
    std::uint64_t x = 1;
    double first = 0, second = 0;
    for (int round = 0; round < 40; ++round) {
        const double start = thread_cpu();
        x = seven(x, n);
        const double middle = thread_cpu();
        x = three(x, n);
        first += middle - start;
        second += thread_cpu() - middle;
    }
    tell("SEVENTY", first);
    tell("THIRTY", second);
    return x == 0;
}
