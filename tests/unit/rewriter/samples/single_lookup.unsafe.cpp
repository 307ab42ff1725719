#include <map>
#include <string>

int spend(std::map<std::string, int>& prices, std::string key) {
    int sum = 0;
    if (prices.find(key) != prices.end()) {
        prices.erase("tea");
        sum += prices[key];
    }
    if (prices.count(key)) {
        key += "s";
        sum += prices[key];
    }
    return sum;
}
