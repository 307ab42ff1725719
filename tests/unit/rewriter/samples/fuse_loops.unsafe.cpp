#include <vector>

int spread(std::vector<int>& values) {
    int sum = 0, above = 0;
    for (int value : values) {
        sum += value;
    }
    for (int value : values) {
        if (value > sum) above += 1;
    }
    return above;
}
