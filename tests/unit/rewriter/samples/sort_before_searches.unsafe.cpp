#include <cstdint>
#include <cstdio>
#include <unordered_map>
#include <vector>

struct Price {
    std::uint32_t item;
    std::int32_t balance;
    std::uint32_t day;
    std::uint32_t cents;
};

using Lists = std::unordered_map<std::uint32_t, std::vector<Price>>;

// The first of equal keys; keys with a sign; a least key; a function that others may call; two callers.
static std::uint64_t first_on(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day > begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t first_sum(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += first_on(found->second, day);
    }
    return sum;
}

static std::uint64_t signed_on(const std::vector<Price>& prices, std::int32_t day) {
    std::uint64_t cents = 0;
    std::int32_t begun = 0;
    for (const Price& price : prices) {
        if (price.balance <= day && price.balance >= begun) {
            begun = price.balance;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t signed_sum(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += signed_on(found->second, day);
    }
    return sum;
}

static std::uint64_t from_nine(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 9;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t sum_from_nine(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += from_nine(found->second, day);
    }
    return sum;
}

std::uint64_t known_elsewhere(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t sum_known(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += known_elsewhere(found->second, day);
    }
    return sum;
}

static std::uint64_t called_twice(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t one(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += called_twice(found->second, day);
    }
    return sum;
}

std::uint64_t other(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += called_twice(found->second, day);
    }
    return sum;
}

// Lists whose order is used; lists that grow between the searches; lists that are changed otherwise.
static std::uint64_t in_order(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t sum_in_order(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += in_order(found->second, day);
    }
    for (const auto& [item, list] : lists) sum = sum * 3 + list.front().cents;
    return sum;
}

static std::uint64_t growing(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t sum_growing(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += growing(found->second, day);
        lists[day].push_back({day, 0, day, day});
    }
    return sum;
}

static std::uint64_t newest(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t sum_newest(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += newest(found->second, day);
        if (found != lists.end()) sum += found->second.back().cents;
    }
    return sum;
}

static std::uint64_t cut(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && price.day >= begun) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

std::uint64_t sum_cut(const std::vector<Price>& prices, std::uint32_t count) {
    Lists lists;
    for (const Price& price : prices) lists[price.item].push_back(price);
    for (auto& [item, list] : lists) list.resize(list.size() / 2);
    std::uint64_t sum = 0;
    for (std::uint32_t day = 0; day < count; ++day) {
        const auto found = lists.find(day % 5);
        if (found != lists.end()) sum += cut(found->second, day);
    }
    return sum;
}
