#include <vector>

// Both the division and the look beyond the end are kept off by the test.
int share(const std::vector<int>& marks, const std::vector<int>& weights, int people) {
    int sum = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (people != 0) {
            sum += marks.back() / people;
        }
        if (i < weights.size()) {
            sum += weights[i];
        }
    }
    return sum;
}
