#include <vector>

void ramp(std::vector<int>& cells, int n) {
    for (int i = 0; i < n; ++i) {
        cells[i] = 0;
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = static_cast<int>(i);
    }
}
