#include <vector>

// Whole numbers; a divisor that changes.
void share(std::vector<int>& values, int people) {
    for (int& value : values) {
        value = value / people;
    }
}

double continued(const std::vector<double>& values) {
    double result = 1.0;
    for (double value : values) {
        result = value + 1.0 / result;
    }
    return result;
}
