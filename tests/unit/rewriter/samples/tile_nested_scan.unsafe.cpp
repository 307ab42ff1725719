#include <cstdint>
#include <vector>

// Each turn reads what the one before it found.
void chain(const std::vector<std::uint64_t>& values, std::vector<std::uint64_t>& sums) {
    for (std::size_t q = 1; q < sums.size(); ++q) {
        std::uint64_t sum = 0;
        for (const std::uint64_t& value : values) {
            if (value > sums[q - 1]) sum += value;
        }
        sums[q] = sum;
    }
    for (std::size_t q = 0; q < sums.size(); ++q) {
        std::uint64_t sum = 0;
        for (const std::uint64_t& value : values) {
            if (value == q) break;
            sum += value;
        }
        sums[q] = sum;
    }
}
