#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Column {
    const std::uint32_t* values;
    std::size_t count;
    std::uint32_t range;
};

void put(std::uint64_t value, std::vector<std::uint8_t>& out) {
    while (value >= 128) {
        out.push_back(static_cast<std::uint8_t>(value | 128));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

void spreads(const Column& column, std::vector<std::uint8_t>& out) {
    for (std::size_t i = 0; i < column.count; ++i) {
        std::uint32_t low = column.values[i];
        std::uint32_t high = column.values[i];
        for (std::size_t back = 1; back < column.range && back <= i; ++back) {
            low = std::min(low, column.values[i - back]);
            high = std::max(column.values[i - back], high);
        }
        put(column.values[i] - low, out);
        put(high - column.values[i], out);
    }
}

long peaks(std::size_t width) {
    std::vector<int> heights;
    for (int i = 0; i < 500; ++i) heights.push_back(i * i % 271 - 100);
    long sum = 0;
    for (std::size_t i = 0; i < heights.size(); i++) {
        int peak = heights[i];
        for (std::size_t n = 0; n <= i && n <= width; n++) peak = std::max(peak, heights[i - n]);
        sum = sum * 3 + peak;
        if (peak == 12345) continue;
        sum ^= 1;
    }
    return sum;
}

int main() {
    std::vector<std::uint32_t> values;
    for (std::uint32_t i = 0; i < 400; ++i) values.push_back(i % 5 == 0 ? 7 : i * 7919 % 1013 + i);
    for (std::uint32_t range : {0u, 1u, 2u, 9u, 100u, 1000u, 4294967295u}) {
        std::vector<std::uint8_t> out;
        spreads({values.data(), values.size(), range}, out);
        std::uint64_t sum = 0;
        for (const std::uint8_t each : out) sum = sum * 31 + each;
        std::printf("%llu %ld\n", static_cast<unsigned long long>(sum), peaks(range));
    }
}
