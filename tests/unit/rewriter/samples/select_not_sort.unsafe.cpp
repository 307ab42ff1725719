#include <algorithm>
#include <vector>

// All of it is read.
int all_of_them(std::vector<int> values) {
    std::sort(values.begin(), values.end());
    int sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum = sum * 3 + values[i];
    return sum;
}

// The whole vector goes on to somebody else.
std::vector<int> ranked(std::vector<int> values, std::size_t count) {
    std::sort(values.begin(), values.end());
    for (std::size_t i = 0; i < std::min(count, values.size()); ++i) values[i] += 1;
    return values;
}

// Another index each time.
int sum_of_some(std::vector<int> values, const std::vector<std::size_t>& wanted) {
    std::sort(values.begin(), values.end());
    int sum = 0;
    for (std::size_t each : wanted) sum += values[each];
    return sum;
}
