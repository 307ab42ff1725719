#include <vector>

std::vector<int> up(std::vector<int> values, int by) {
    for (int& value : values) value += by;
    return values;
}

// Read twice in one value; read besides.
std::size_t both(const std::vector<int>& values) { return up(values, 1).size() + up(values, 2).size(); }

std::size_t some(const std::vector<int>& values) {
    if (values.empty()) return 0;
    return up(values, 3).size();
}

int caller(const std::vector<int>& values) { return static_cast<int>(both(values) + some(values)); }
