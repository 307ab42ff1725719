#include <vector>

// The list grows while it is walked; elements follow each other.
long grown(const std::vector<long>& values, std::vector<int>& order) {
    long sum = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        sum += values[order[i]];
        if (sum < 100) order.push_back(order[i]);
    }
    return sum;
}

long walked(const std::vector<long>& values) {
    long sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += values[i];
    }
    return sum;
}
