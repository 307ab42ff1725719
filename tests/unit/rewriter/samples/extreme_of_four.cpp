#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

std::uint64_t peak_of(const std::vector<std::uint64_t>& keys, std::size_t i, std::size_t size) {
    std::uint64_t peak = 0;
    for (std::size_t next = i; next < i + size; ++next) peak = std::max(peak, keys[next]);
    return peak;
}

int least_of(const std::vector<int>& values) {
    int least = 1000;
    for (std::size_t i = 0; i < values.size(); ++i) {
        least = std::min(least, values[i]);
    }
    return least;
}

int main() {
    std::vector<std::uint64_t> keys;
    std::vector<int> values;
    for (int i = 0; i < 60; ++i) {
        keys.push_back(static_cast<std::uint64_t>(i * i % 31) << 40 | i);
        values.push_back(i * i % 47 - i);
        std::printf("%d\n", least_of(values));
        for (std::size_t at = 0; at <= keys.size(); ++at) {
            std::printf("%llu ", static_cast<unsigned long long>(peak_of(keys, at, keys.size() - at)));
        }
    }
}
