// Questions about a table of sales and a table of prices.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

struct Asked {
    Question question;
    std::uint64_t* answer;
};

std::uint64_t distance(std::uint32_t a, std::uint32_t b) { return a < b ? b - a : a - b; }

// The sum, over all pairs of item and buyer, of the square of their total amount.
void square_totals(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const Question& question = each.question;
        std::size_t room = 16;
        while (room < 2 * (question.last - question.first)) room *= 2;
        std::vector<std::pair<std::uint64_t, std::uint64_t>> totals(room);
        for (std::size_t i = question.first; i < question.last; ++i) {
            const Sale& sale = tables.sales[i];
            const std::uint64_t key = (std::uint64_t{sale.item} << 16 | sale.buyer) + 1;
            std::size_t at = (key * 0x9E3779B97F4A7C15u) >> 32 & (room - 1);
            while (totals[at].first != 0 && totals[at].first != key) at = (at + 1) & (room - 1);
            totals[at].first = key;
            totals[at].second += sale.amount;
        }
        std::uint64_t sum = 0;
        for (const auto& [pair, total] : totals) {
            sum += total * total;
        }
        *each.answer = sum;
    }
}

// The price that was the last to begin by a day, the later row of two that begin on one day.
std::uint64_t cents_on(const std::vector<Price>& list, std::uint32_t day) {
    const auto after = std::upper_bound(
        list.begin(), list.end(), day,
        [](std::uint32_t wanted, const Price& price) { return wanted < price.day; });
    return after == list.begin() ? 0 : (after - 1)->cents;
}

// The sum of pieces times the price of the item on the day of the sale.
void sum_prices(const Tables& tables, const std::vector<Asked>& asked) {
    std::unordered_map<std::uint32_t, std::vector<Price>> lists;
    for (std::size_t i = 0; i < tables.price_count; ++i) {
        lists[tables.prices[i].item].push_back(tables.prices[i]);
    }
    for (auto& [item, list] : lists) {
        std::stable_sort(list.begin(), list.end(),
                         [](const Price& a, const Price& b) { return a.day < b.day; });
    }
    for (const Asked& each : asked) {
        std::uint64_t sum = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const Sale& sale = tables.sales[i];
            const auto found = lists.find(sale.item);
            if (found != lists.end()) {
                sum += sale.pieces * cents_on(found->second, sale.day);
            }
        }
        *each.answer = sum;
    }
}

// The number of sales that no other one outdoes.
void count_leaders(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<std::pair<std::uint16_t, std::uint16_t>> points;
    for (const Asked& each : asked) {
        points.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            points.push_back({tables.sales[i].amount, tables.sales[i].pieces});
        }
        std::sort(points.begin(), points.end(), std::greater<>());
        std::uint64_t count = 0;
        const auto* leader = points.data();
        for (const auto& point : points) {
            if (point == *leader || point.second > leader->second) {
                leader = &point;
                ++count;
            }
        }
        *each.answer = count;
    }
}

// The number of different items.
void count_items(const Tables& tables, const std::vector<Asked>& asked) {
    std::unordered_map<std::uint32_t, std::size_t> seen;
    std::vector<std::size_t> before(tables.sale_count);
    for (std::size_t i = 0; i < tables.sale_count; ++i) {
        std::size_t& latest = seen[tables.sales[i].item];
        before[i] = latest;
        latest = i + 1;
    }
    for (const Asked& each : asked) {
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            count += before[i] <= each.question.first;
        }
        *each.answer = count;
    }
}

// The sum of the largest amounts, as many as the question says.
void sum_largest(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<std::pair<std::uint16_t, std::size_t>> order;
    for (std::size_t i = 0; i < tables.sale_count; ++i) {
        order.push_back({tables.sales[i].amount, i});
    }
    std::sort(order.rbegin(), order.rend());
    for (const Asked& each : asked) {
        std::uint64_t sum = 0;
        std::size_t missing = each.question.low;
        for (auto at = order.begin(); missing > 0 && at != order.end(); ++at) {
            if (at->second >= each.question.first && at->second < each.question.last) {
                sum += at->first;
                --missing;
            }
        }
        *each.answer = sum;
    }
}

// The sum of the distances of all prices within reach of the amount of a sale.
void sum_distances(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<std::uint32_t> cents;
    for (std::size_t i = 0; i < tables.price_count; ++i) {
        cents.push_back(tables.prices[i].cents);
    }
    std::sort(cents.begin(), cents.end());
    std::vector<std::uint64_t> sums(1);
    for (const std::uint32_t each : cents) sums.push_back(sums.back() + each);
    const auto place = [&](std::uint32_t value) {
        return static_cast<std::uint64_t>(std::lower_bound(cents.begin(), cents.end(), value) - cents.begin());
    };
    for (const Asked& each : asked) {
        const std::uint32_t reach = each.question.low;
        std::uint64_t sum = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const std::uint32_t amount = tables.sales[i].amount;
            const std::uint64_t from = place(amount < reach ? 0 : amount - reach), middle = place(amount),
                                to = place(amount + reach + 1);
            sum += (middle - from) * amount - (sums[middle] - sums[from]);
            sum += sums[to] - sums[middle] - (to - middle) * amount;
        }
        *each.answer = sum;
    }
}

// The number of pairs of sales, not too many days apart, of which the earlier has the higher grade.
void count_higher(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const std::uint32_t days = each.question.low;
        std::uint64_t count = 0;
        std::array<std::uint32_t, 257> tree{};
        std::size_t start = each.question.first;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const Sale& sale = tables.sales[i];
            for (; tables.sales[start].day + days < sale.day; ++start) {
                for (std::size_t at = tables.sales[start].grade + 1u; at < tree.size(); at += at & -at) --tree[at];
            }
            count += i - start;
            for (std::size_t at = sale.grade + 1u; at > 0; at &= at - 1) count -= tree[at];
            for (std::size_t at = sale.grade + 1u; at < tree.size(); at += at & -at) ++tree[at];
        }
        *each.answer = count;
    }
}

// The number of sales of the whole table with an amount and pieces within bounds.
void count_within(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> bounds;
    for (std::size_t i = 0; i < tables.sale_count; ++i) {
        bounds.push_back({tables.sales[i].amount, tables.sales[i].pieces});
    }
    std::sort(bounds.begin(), bounds.end());
    for (const Asked& each : asked) {
        const Question& question = each.question;
        std::uint64_t count = 0;
        auto at = std::lower_bound(bounds.begin(), bounds.end(), std::pair(question.low, 0u));
        for (; at != bounds.end() && at->first <= question.high; ++at) {
            count += at->second >= question.first && at->second <= question.last;
        }
        *each.answer = count;
    }
}

// The sum of place times amount, in the order of shop, grade and row.
void sum_places(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<const Sale*> rows;
    for (const Asked& each : asked) {
        rows.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            rows.push_back(&tables.sales[i]);
        }
        std::vector<const Sale*> others(rows.size());
        for (const auto field : {&Sale::grade, &Sale::shop}) {
            std::array<std::size_t, 0x101> starts{};
            for (const Sale* row : rows) ++starts[row->*field + 1];
            std::partial_sum(starts.begin(), starts.end(), starts.begin());
            for (const Sale* row : rows) others[starts[row->*field]++] = row;
            rows.swap(others);
        }
        std::uint64_t sum = 0, place = 0;
        for (const Sale* row : rows) {
            sum += ++place * row->amount;
        }
        *each.answer = sum;
    }
}

// The amount at a place, counted from 0, in the order of amounts.
void pick_amount(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        std::array<std::uint32_t, 256> coarse{}, fine{};
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            ++coarse[tables.sales[i].amount >> 8];
        }
        std::uint32_t left = each.question.low, high = 0, low = 0;
        for (; left >= coarse[high]; ++high) left -= coarse[high];
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const std::uint32_t amount = tables.sales[i].amount;
            if (amount >> 8 == high) ++fine[amount & 255];
        }
        for (; left >= fine[low]; ++low) left -= fine[low];
        *each.answer = high << 8 | low;
    }
}

using Answer = void (*)(const Tables&, const std::vector<Asked>&);

constexpr std::array<Answer, kKinds> kAnswers = {
    square_totals, sum_prices,   count_leaders, count_items, sum_largest,
    sum_distances, count_higher, count_within,  sum_places,  pick_amount,
};

}  // namespace

extern "C" void answer_questions(const Tables& tables, const Question* questions, std::size_t count,
                                 std::uint64_t* answers) {
    std::array<std::vector<Asked>, kKinds> asked;
    for (std::size_t i = 0; i < count; ++i) {
        asked[questions[i].kind].push_back({questions[i], &answers[i]});
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (!asked[kind].empty()) {
            kAnswers[kind](tables, asked[kind]);
        }
    }
}
