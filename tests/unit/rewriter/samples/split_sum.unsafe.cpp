#include <vector>

int next(int& state);

// Each term rests on the last one, or has an effect.
int chained(const std::vector<int>& values) {
    int sum = 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += values[i] * sum;
    }
    return sum;
}

int drawn(int state, int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        sum += next(state);
    }
    return sum;
}
