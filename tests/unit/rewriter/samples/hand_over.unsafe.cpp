#include <vector>

std::vector<int> grown(std::vector<int> values) {
    values.push_back(1);
    return values;
}

std::size_t seen(const std::vector<int>& values) { return values.size(); }

// Needed afterwards; not taken by value; a reference to somebody else's.
std::size_t compare(std::vector<int> values) {
    const std::vector<int> more = grown(values);
    return more.size() - values.size();
}

std::size_t count(std::vector<int> values) { return seen(values); }

std::vector<int> of_another(std::vector<int>& values) { return grown(values); }
