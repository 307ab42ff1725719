#include <vector>

// A turn reads its neighbours, or the old value after the new one is there.
std::vector<int> smoothed(const std::vector<int>& values) {
    std::vector<int> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        result[i] = values[i] + values[i > 0 ? i - 1 : 0];
    }
    return result;
}

std::vector<int> stepped(const std::vector<int>& values) {
    std::vector<int> result(values.size());
    int state = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        result[i] = state;
        state += values[i];
    }
    return result;
}
