#include <cstdio>
#include <map>
#include <set>
#include <string>

void print(const std::map<std::string, int>& counts, const std::set<int>& seen) {
    for (const auto& entry : counts) {
        std::printf("%s %d\n", entry.first.c_str(), entry.second);
    }
    std::printf("%d\n", *seen.begin());
}
