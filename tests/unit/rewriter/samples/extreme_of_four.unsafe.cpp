#include <algorithm>
#include <vector>

// Numbers that may be NaN; an extreme that is read on the way; an array that changes; a moving end.
double floats(const std::vector<double>& v) {
    double most = 0;
    for (std::size_t i = 0; i < v.size(); ++i) most = std::max(most, v[i]);
    return most;
}

long read(const std::vector<long>& v) {
    long most = 0, sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        most = std::max(most, v[i]);
        sum += most;
    }
    return sum;
}

void running(std::vector<long>& v) {
    for (std::size_t i = 0; i < v.size(); ++i) v[i + 1] = std::max(v[i + 1], v[i]);
}

std::size_t moving(const std::vector<std::size_t>& v) {
    std::size_t most = 10;
    for (std::size_t i = 0; i < most; ++i) most = std::max(most, v[i]);
    return most;
}

long every_other(const std::vector<long>& v) {
    long most = 0;
    for (std::size_t i = 0; i < v.size(); i += 2) most = std::max(most, v[i]);
    return most;
}

long signs(const std::vector<long>& v, int end) {
    long most = 0;
    for (int i = 0; i < end; ++i) most = std::max(most, v[i]);
    return most;
}
