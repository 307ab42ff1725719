#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

int main() {
    std::map<int, int> sales;
    std::set<std::string> names;
    for (int i = 0; i < 500; ++i) {
        sales[(i * 37) % 91] += i;
        names.insert("name" + std::to_string(i % 17));
    }
    int sum = 0, most = 0;
    for (const auto& entry : sales) {
        sum += entry.second * entry.first;
        most = std::max(most, entry.second);
    }
    std::printf("%d %d %zu %zu %zu\n", sum, most, names.size(), names.count("name3"), sales.count(99));
}
