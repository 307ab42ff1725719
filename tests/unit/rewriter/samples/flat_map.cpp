#include <cstdio>
#include <map>
#include <string>

int main() {
    std::map<std::string, int> stock;
    for (const char* item : {"nut", "bolt", "screw", "bolt", "axle"}) {
        stock[item] += 2;
    }
    for (const auto& entry : stock) {
        std::printf("%s=%d\n", entry.first.c_str(), entry.second);
    }
    std::printf("%zu %zu\n", stock.size(), stock.count("nut"));
}
