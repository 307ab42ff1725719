#include <vector>

// The products are taken away from one another, or the inner loop does more.
void other(std::vector<int>& sums, const std::vector<int>& factors) {
    for (std::size_t row = 0; row < factors.size(); ++row) {
        for (std::size_t column = 0; column < sums.size(); ++column) {
            sums[column] = factors[row] * sums[column];
        }
    }
    for (std::size_t row = 0; row < factors.size(); ++row) {
        for (std::size_t column = 0; column < sums.size(); ++column) {
            sums[column] += factors[row] + sums[column];
        }
    }
}
