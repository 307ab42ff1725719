#include <map>
#include <string>

int sum(std::map<std::string, int>& stock) {
    int& first = stock["a"];
    int& second = stock["b"];
    first += 1;
    second += 1;
    return first + second;
}

int below(const std::map<int, int>& ranks, int limit) {
    int count = 0;
    for (auto at = ranks.begin(); at != ranks.upper_bound(limit); ++at) ++count;
    return count;
}
