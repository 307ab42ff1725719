#include <cstdint>
#include <cstdio>
#include <vector>

struct Cell {
    char note[40];
    bool open = false;
    std::uint64_t id = 0;
    std::uint16_t kind = 0;
    double height = 0;
};

int main() {
    std::vector<Cell> cells(10);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i].id = i;
        cells[i].height = 0.5 * static_cast<double>(i);
        cells[i].open = i % 3 == 0;
    }
    double sum = 0;
    for (const Cell& cell : cells) {
        if (cell.open) sum += cell.height + static_cast<double>(cell.id) + cell.kind;
    }
    std::printf("%.2f\n", sum);
}
