#include <cstdio>
#include <map>
#include <string>

int main() {
    std::map<std::string, int> prices = {{"tea", 3}, {"jam", 5}};
    int sum = 0;
    for (const char* name : {"tea", "milk", "jam"}) {
        std::string key = name;
        if (prices.find(key) != prices.end()) {
            sum += prices[key];
        }
        if (prices.count(key)) {
            sum += prices.at(key) * 2;
        }
    }
    std::printf("%d\n", sum);
}
