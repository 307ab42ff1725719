#include <vector>

int weigh(const std::vector<int>& values) {
    int sum = 0;
    for (int i = 0; i < static_cast<int>(values.size()); ++i) {
        sum += values[i] * (i - 1);
    }
    return sum;
}
