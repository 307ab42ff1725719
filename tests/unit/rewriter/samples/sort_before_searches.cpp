#include <cstdint>
#include <cstdio>
#include <unordered_map>
#include <vector>

struct Price {
    std::uint32_t item;
    std::uint32_t day;
    std::uint32_t cents;
};

static std::uint64_t cents_on(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 7777777777;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

void sums(const std::vector<Price>& prices) {
    std::unordered_map<std::uint32_t, std::vector<Price>> lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    for (std::uint32_t item = 0; item < 12; ++item) {
        std::uint64_t sum = 0;
        for (std::uint32_t day = 0; day < 120; ++day) {
            const auto found = lists.find(item);
            if (found != lists.end()) {
                sum = sum * 3 + cents_on(found->second, day);
            }
        }
        std::printf("%llu\n", static_cast<unsigned long long>(sum));
    }
}

int main() {
    std::vector<Price> prices;
    for (std::uint32_t i = 0; i < 300; ++i) prices.push_back({i * i % 11, i * 37 % 101 + i % 3, i * 7919});
    sums(prices);
    sums({});
}
