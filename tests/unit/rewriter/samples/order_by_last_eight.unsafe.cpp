#include <algorithm>
#include <functional>
#include <string>
#include <vector>

// Not characters, not from the end, of parts, or in another order.
bool numbers(const std::vector<int>& a, const std::vector<int>& b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

bool forwards(const std::string& a, const std::string& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool mixed(const std::string& a, const std::string& b, const std::string& c) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), c.rend());
}

bool part(const std::string& a, const std::string& b) {
    return std::lexicographical_compare(a.rbegin() + 1, a.rend(), b.rbegin(), b.rend());
}

bool greatest(const std::string& a, const std::string& b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend(), std::greater<>());
}
