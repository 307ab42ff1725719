#include <cstdio>
#include <vector>

int main() {
    std::vector<int> cells(9, 1);
    for (std::size_t i = 0; i < 5; ++i) {
        cells[i] = 0;
    }
    int sum = 0;
    for (int cell : cells) sum += cell;
    std::printf("%d\n", sum);
}
