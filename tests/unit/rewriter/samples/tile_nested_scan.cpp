#include <cstdint>
#include <cstdio>
#include <vector>

struct Star {
    std::uint32_t x;
    std::uint32_t y;
};

int main() {
    std::vector<Star> stars;
    for (std::uint32_t i = 0; i < 1000; ++i) stars.push_back({i * 37 % 101, i * 53 % 97});
    std::vector<std::uint64_t> counts(7);
    for (std::size_t q = 0; q < counts.size(); ++q) {
        std::uint64_t count = 0;
        for (const Star& star : stars) {
            if (star.x > q * 10) {
                count += star.y;
            }
        }
        counts[q] = count;
    }
    for (std::uint64_t count : counts) std::printf("%llu\n", static_cast<unsigned long long>(count));
}
