#include <cstdio>
#include <utility>
#include <vector>

std::vector<int> up(std::vector<int> values, int by) {
    for (int& value : values) value += by;
    return values;
}

std::vector<int> down(std::vector<int> values, int by) {
    for (int& value : values) value -= by;
    return values;
}

std::vector<int> moved(const std::vector<int>& values, int by) {
    return by > 0 ? up(values, by) : down(values, -by);
}

int main() {
    std::vector<int> values = {3, 1, 4, 1, 5};
    for (int i = -5; i < 9; ++i) values = moved(values, i * 2);
    int sum = 0;
    for (int value : values) sum = sum * 3 + value;
    std::printf("%d\n", sum);
}
