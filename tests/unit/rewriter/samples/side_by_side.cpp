#include <cstdio>
#include <vector>

void add(std::vector<float>& sums, const std::vector<float>& row, float share) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] += share * row[i];
    }
}

void add_two(std::vector<float>& sums, const float* rows, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
        float sum = sums[i];
        sum += rows[i];
        sum += rows[width + i];
        sums[i] = sum;
    }
}

int main() {
    std::vector<float> sums(37), row;
    for (int i = 0; i < 80; ++i) row.push_back(i * 0.37f);
    for (int i = 1; i < 5; ++i) add(sums, row, 0.3f * i);
    add_two(sums, row.data(), 37);
    for (float sum : sums) std::printf("%.9g ", sum);
    std::printf("\n");
}
