// structural | S4 | L1
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

static int price(const std::map<int, int>& prices, int key) {
    auto found = prices.find(key);
    return found == prices.end() ? 0 : found->second;
}
extern "C" int total(const std::vector<int>& keys) {
    std::map<int, int> prices;
    for (int key : keys) prices[key] += key % 7;
    int sum = 0;
    for (int key : keys) {
        std::vector<int> digits(10);
        for (int k = key; k > 0; k /= 10) digits[k % 10] += 1;
        sum += price(prices, key) + digits[0];
    }
    return sum;
}
// ---- child
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

static int price(const std::map<int, int>& prices, int key) {
    auto found = prices.find(key);
    return found == prices.end() ? 0 : found->second;
}
extern "C" int total(const std::vector<int>& keys) {
    std::map<int, int> prices;
    for (int key : keys) prices[key] += key % 7;
    int sum = 0;
    for (int key : keys) {
        std::vector<int> digits(10);
        for (int k = key; k > 0; k /= 10) {
            digits[k % 10] += 1;
            if (digits[0] > 3) break;
        }
        sum += price(prices, key) + digits[0];
    }
    return sum;
}
