#include <cstdint>
#include <cstdio>
#include <vector>

struct Reading {
    std::uint32_t time;
    std::int16_t level;
};

void put(std::uint64_t& sum, std::int64_t number) { sum = sum * 31 + number; }

std::uint64_t spread(const std::vector<Reading>& readings, std::size_t width) {
    std::uint64_t sum = 0;
    std::size_t high = 0;
    std::size_t low = 0;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (readings[j].level > readings[high].level) high = j;
            }
        }
        if (low < first) {
            low = first;
            for (std::size_t j = first; j < i; ++j) {
                if (readings[j].level <= readings[low].level) low = j;
            }
        }
        if (readings[i].level > readings[high].level) high = i;
        if (readings[i].level <= readings[low].level) {
            low = i;
        }
        put(sum, high * 1000 + low);
    }
    return sum;
}

int main() {
    std::vector<Reading> readings;
    for (unsigned i = 0; i < 300; ++i) {
        const int wave = i % 100 < 50 ? i % 50 : 50 - i % 50;
        readings.push_back({i, static_cast<std::int16_t>(wave + i * 7919 % 13)});
        for (std::size_t width = 1; width < 60; width += 7) {
            std::printf("%llu ", static_cast<unsigned long long>(spread(readings, width)));
        }
    }
    std::printf("\n");
}
