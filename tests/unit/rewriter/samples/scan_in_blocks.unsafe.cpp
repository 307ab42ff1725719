#include <array>
#include <cstddef>
#include <string>
#include <vector>

// The bound may be beyond the array; the test changes something, or reads elsewhere; the array may end before.
std::size_t first(const int* values, std::size_t count) {
    std::size_t i = 0;
    while (i < count && values[i] != 0) ++i;
    return i;
}

std::size_t same(const std::vector<int>& a, const std::vector<int>& b) {
    std::size_t i = 0;
    while (i < a.size() && a[i] == b[i]) ++i;
    return i;
}

std::size_t counted(const std::vector<int>& a, std::size_t& looks) {
    std::size_t i = 0;
    while (i < a.size() && (++looks, a[i] != 0)) ++i;
    return i;
}

std::size_t rising(const std::vector<int>& a) {
    std::size_t i = 1;
    while (i < a.size() && a[i - 1] <= a[i]) ++i;
    return i;
}

std::size_t near(const std::array<int, 50>& a) {
    std::size_t i = 0;
    while (i < 60 && a[i] != 0) ++i;
    return i;
}
