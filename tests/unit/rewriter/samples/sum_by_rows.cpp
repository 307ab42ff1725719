#include <cstdio>
#include <vector>

void columns(std::vector<double>& sums, const std::vector<double>& table, const std::vector<double>& shares,
             std::size_t width) {
    for (std::size_t x = 0; x < width; ++x) {
        double sum = 0;
        for (std::size_t y = 0; y < shares.size(); ++y) {
            sum += shares[y] * table[y * width + x];
        }
        sums[x] = sum;
    }
}

int main() {
    std::vector<double> sums(6), table, shares;
    for (int i = 0; i < 42; ++i) table.push_back(i * 0.31);
    for (int i = 0; i < 7; ++i) shares.push_back(0.2 * i);
    columns(sums, table, shares, 6);
    for (double sum : sums) std::printf("%.17g ", sum);
    std::printf("\n");
}
