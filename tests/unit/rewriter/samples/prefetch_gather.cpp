#include <cstdio>
#include <vector>

long picked(const std::vector<long>& values, const std::vector<int>& order) {
    long sum = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        sum = sum * 3 % 100003 + values[order[i]];
    }
    return sum;
}

int main() {
    std::vector<long> values;
    std::vector<int> order;
    for (int i = 0; i < 50; ++i) {
        values.push_back(i * i);
        order.push_back(i * 17 % 50);
    }
    std::printf("%ld\n", picked(values, order));
}
