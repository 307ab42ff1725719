#include <cstdio>
#include <vector>

int main() {
    const int n = 9;
    std::vector<double> field(n * n, 1.25);
    std::vector<double> columns(n, 0.0);
    for (int j = 0; j < n; ++j) {
        for (int i = 0; i < n; ++i) {
            columns[j] += field[i * n + j] * i;
        }
    }
    for (double column : columns) std::printf("%.3f\n", column);
}
