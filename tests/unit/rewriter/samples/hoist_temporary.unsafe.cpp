#include <utility>
#include <vector>

std::vector<std::vector<int>> rows(int n) {
    std::vector<std::vector<int>> all;
    for (int i = 0; i < n; ++i) {
        std::vector<int> row;
        row.push_back(i);
        all.push_back(std::move(row));
    }
    for (int i = 0; i < n; ++i) {
        std::vector<int> copy(3);
        all[i].swap(copy);
    }
    return all;
}
