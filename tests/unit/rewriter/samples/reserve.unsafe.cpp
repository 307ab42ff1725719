#include <vector>

void keep(const std::vector<int>& from, std::vector<int>& odd, int n) {
    for (int i = 0; i < n; ++i) {
        if (from[i] % 2) {
            odd.push_back(from[i]);
        }
    }
}
