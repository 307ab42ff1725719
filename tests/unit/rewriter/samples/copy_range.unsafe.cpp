#include <vector>

// Within one vector the stretches may overlap.
void shift(std::vector<int>& values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        values[1 + i] = values[i];
    }
}

// Numbers of another width.
void widen(std::vector<long>& to, const std::vector<int>& from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        to[i] = from[i];
    }
}
