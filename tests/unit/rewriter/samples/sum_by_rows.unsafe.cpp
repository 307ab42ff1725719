#include <vector>

// Rows are walked along already; a sum that reads the sums before it.
void rows(std::vector<double>& sums, const std::vector<double>& table, std::size_t width) {
    for (std::size_t y = 0; y < sums.size(); ++y) {
        double sum = 0;
        for (std::size_t x = 0; x < width; ++x) {
            sum += table[y * width + x];
        }
        sums[y] = sum;
    }
}

void chained(std::vector<double>& sums, const std::vector<double>& table, std::size_t width) {
    for (std::size_t x = 0; x < width; ++x) {
        double sum = 0;
        for (std::size_t y = 0; y < 4; ++y) {
            sum += sums[y] * table[y * width + x];
        }
        sums[x] = sum;
    }
}
