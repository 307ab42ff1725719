#include <vector>

int slope(const std::vector<int>& values) {
    int sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += values[i] * static_cast<int>(i);
    }
    return sum;
}
