#include <array>
#include <cstdint>
#include <cstdio>

constexpr std::uint32_t kRows = 700;

struct Totals {
    std::array<std::uint32_t, kRows> values{};

    std::uint32_t reach(std::uint32_t row, std::uint64_t amount) const {
        std::uint64_t total = 0;
        for (; row < kRows; ++row) {
            total += values[row];
            if (total >= amount) {
                break;
            }
        }
        return row;
    }
};

struct Ranks {
    std::array<std::uint16_t, 640> counts{};

    std::uint32_t at(std::uint64_t place) const {
        for (std::uint32_t value = 0; value < 640; ++value) {
            if (place < counts[value]) {
                return value;
            }
            place -= counts[value];
        }
        return 0;
    }
};

int main() {
    Totals totals;
    Ranks ranks;
    for (std::uint32_t i = 0; i < 640; ++i) {
        totals.values[i] = i * i % 23 < 9 ? 0 : 4294967295u - i;
        ranks.counts[i] = static_cast<std::uint16_t>(i % 5 == 2 ? i : 0);
    }
    for (std::uint64_t i = 0; i < 50000; i += 111) {
        std::printf("%u ", totals.reach(static_cast<std::uint32_t>(i % 800), i * 40000000));
        std::printf("%u %u\n", totals.reach(4294967290u, i), ranks.at(i));
    }
}
