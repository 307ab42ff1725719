#include <vector>

// A vector that is copied from while it grows.
void repeat(std::vector<int>& values, std::size_t from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(values[from + i]);
    }
}

std::vector<int> every_other(const std::vector<int>& values, std::size_t count) {
    std::vector<int> taken;
    for (std::size_t i = 0; i < count; ++i) {
        taken.push_back(values[i * 2]);
    }
    return taken;
}
