#include <cstdio>
#include <vector>

void add_rows(std::vector<double>& sums, const std::vector<double>& rows, const std::vector<double>& shares) {
    for (std::size_t row = 0; row < shares.size(); ++row) {
        const double share = shares[row];
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i] += share * rows[row * 5 + i];
        }
    }
}

int main() {
    std::vector<double> sums(5), rows, shares;
    for (int i = 0; i < 55; ++i) rows.push_back(i * 0.37);
    for (int i = 0; i < 11; ++i) shares.push_back(i * 0.11 - 0.4);
    add_rows(sums, rows, shares);
    for (double sum : sums) std::printf("%.17g ", sum);
    std::printf("\n");
}
