#include <vector>

// The inner loop reads what it writes, or is longer from turn to turn.
void spread(std::vector<int>& sums, std::size_t count) {
    for (std::size_t row = 0; row < count; ++row) {
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i] += sums[row];
        }
    }
}

void triangle(std::vector<int>& sums, const std::vector<int>& values) {
    for (std::size_t row = 0; row < values.size(); ++row) {
        for (std::size_t i = 0; i < row; ++i) {
            sums[i] += values[row];
        }
    }
}
