#include <cstdint>
#include <cstdio>
#include <vector>

std::uint64_t weighed(const std::vector<std::uint32_t>& values, const std::vector<std::uint32_t>& weights) {
    std::uint64_t sum = 7;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += values[i] * weights[i];
    }
    return sum;
}

int main() {
    std::vector<std::uint32_t> values, weights;
    for (std::uint32_t i = 0; i < 93; ++i) {
        values.push_back(i * 2654435761u);
        weights.push_back(i % 9);
    }
    std::printf("%llu\n", static_cast<unsigned long long>(weighed(values, weights)));
}
