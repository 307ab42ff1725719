#include <vector>

int first_above(int limit, const std::vector<int>& values) {
    int found = 0;
    for (const int& value : values) {
        if (value > limit) return value;
        found += value;
    }
    return found;
}

void run(const std::vector<int>& values, int* out) {
    for (int i = 0; i < 5; ++i) {
        out[i] = first_above(i, values);
    }
}
