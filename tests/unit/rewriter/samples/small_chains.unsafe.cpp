#include <algorithm>
#include <string>
#include <vector>

void order(std::vector<int>& values) { std::sort(values.begin(), values.end()); }

void all(std::vector<std::vector<int>>& groups) {
    for (std::vector<int>& group : groups) {
        order(group);
    }
}
