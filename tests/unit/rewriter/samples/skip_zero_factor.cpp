#include <cstdio>
#include <vector>

std::vector<int> product(const std::vector<int>& matrix, const std::vector<int>& vector, std::size_t columns) {
    std::vector<int> sums(columns);
    for (std::size_t row = 0; row < vector.size(); ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            sums[column] += vector[row] * matrix[row * columns + column];
        }
    }
    return sums;
}

int main() {
    std::vector<int> matrix, vector;
    for (int i = 0; i < 48; ++i) matrix.push_back(i % 7 - 3);
    for (int i = 0; i < 8; ++i) vector.push_back(i % 2 * i);
    int sum = 0;
    for (int each : product(matrix, vector, 6)) sum = sum * 3 + each;
    std::printf("%d\n", sum);
}
