#include <algorithm>
#include <list>
#include <string>
#include <vector>

int next_number();

// Not a whole vector; no vector; no numbers; a number that each look-up makes anew; within another expression.
bool from_second(const std::vector<int>& v, int x) {
    const auto found = std::find(v.begin() + 1, v.end(), x);
    return found != v.end();
}

bool in_list(const std::list<int>& v, int x) {
    const auto found = std::find(v.begin(), v.end(), x);
    return found != v.end();
}

bool in_names(const std::vector<std::string>& v, const std::string& x) {
    const auto found = std::find(v.begin(), v.end(), x);
    return found != v.end();
}

bool in_flags(const std::vector<bool>& v, bool x) {
    const auto found = std::find(v.begin(), v.end(), x);
    return found != v.end();
}

bool called(const std::vector<int>& v) {
    const auto found = std::find(v.begin(), v.end(), next_number());
    return found != v.end();
}

bool of_other(const std::vector<int>& v, const std::vector<int>& w, int x) {
    const auto found = std::find(v.begin(), w.end(), x);
    return found != w.end();
}

bool perhaps(const std::vector<int>& v, int x) {
    return !v.empty() && std::find(v.begin(), v.end(), x) != v.end();
}

std::vector<int>::const_iterator two(const std::vector<int>& v, std::vector<int>& w, int x) {
    std::vector<int>::iterator first = w.erase(w.begin()), found = std::find(w.begin(), w.end(), x);
    return first == found ? v.begin() : v.end();
}
