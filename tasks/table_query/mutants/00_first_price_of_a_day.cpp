// Wrong: of two prices that begin on one day, the earlier row counts.
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
        std::unordered_map<std::uint64_t, std::uint64_t> totals;
        totals.reserve(question.last - question.first);
        for (std::size_t i = question.first; i < question.last; ++i) {
            const Sale& sale = tables.sales[i];
            totals[std::uint64_t{sale.item} << 16 | sale.buyer] += sale.amount;
        }
        std::uint64_t sum = 0;
        for (const auto& [pair, total] : totals) {
            sum += total * total;
        }
        *each.answer = sum;
    }
}

// The price that was the last to begin by a day, the later row of two that begin on one day.
std::uint64_t cents_on(const std::vector<Price>& prices, std::uint32_t day) {
    std::uint64_t cents = 0;
    std::uint32_t begun = 0;
    for (const Price& price : prices) {
        if (price.day <= day && (price.day > begun || cents == 0)) {
            begun = price.day;
            cents = price.cents;
        }
    }
    return cents;
}

// The sum of pieces times the price of the item on the day of the sale.
void sum_prices(const Tables& tables, const std::vector<Asked>& asked) {
    std::unordered_map<std::uint32_t, std::vector<Price>> lists;
    for (std::size_t i = 0; i < tables.price_count; ++i) {
        lists[tables.prices[i].item].push_back(tables.prices[i]);
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

// Whether a sale of the question has as large an amount and as many pieces, and more of one of them.
bool outdone(const Tables& tables, const Question& question, const Sale& sale) {
    for (std::size_t i = question.first; i < question.last; ++i) {
        const Sale& other = tables.sales[i];
        if (other.amount >= sale.amount && other.pieces >= sale.pieces &&
            (other.amount > sale.amount || other.pieces > sale.pieces)) {
            return true;
        }
    }
    return false;
}

// The number of sales that no other one outdoes.
void count_leaders(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            if (!outdone(tables, each.question, tables.sales[i])) {
                ++count;
            }
        }
        *each.answer = count;
    }
}

// The number of different items.
void count_items(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<std::uint32_t> items;
    for (const Asked& each : asked) {
        items.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            items.push_back(tables.sales[i].item);
        }
        std::sort(items.begin(), items.end());
        const auto end = std::unique(items.begin(), items.end());
        *each.answer = static_cast<std::uint64_t>(end - items.begin());
    }
}

// The sum of the largest amounts, as many as the question says.
void sum_largest(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        std::priority_queue<std::uint16_t, std::vector<std::uint16_t>, std::greater<>> largest;
        std::uint64_t sum = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const std::uint16_t amount = tables.sales[i].amount;
            if (largest.size() == each.question.low) {
                if (amount <= largest.top()) continue;
                sum -= largest.top();
                largest.pop();
            }
            largest.push(amount);
            sum += amount;
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
    for (const Asked& each : asked) {
        const std::uint32_t reach = each.question.low;
        std::uint64_t sum = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const std::uint32_t amount = tables.sales[i].amount;
            auto at = std::lower_bound(cents.begin(), cents.end(), amount < reach ? 0 : amount - reach);
            for (; at != cents.end() && *at <= amount + reach; ++at) {
                sum += distance(*at, amount);
            }
        }
        *each.answer = sum;
    }
}

// The number of pairs of sales, not too many days apart, of which the earlier has the higher grade.
void count_higher(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const std::uint32_t days = each.question.low;
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const Sale& sale = tables.sales[i];
            for (std::size_t j = i; j > each.question.first; --j) {
                const Sale& earlier = tables.sales[j - 1];
                if (earlier.day + days < sale.day) break;
                count += earlier.grade > sale.grade;
            }
        }
        *each.answer = count;
    }
}

// The number of sales of the whole table with an amount and pieces within bounds.
void count_within(const Tables& tables, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const Question& question = each.question;
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < tables.sale_count; ++i) {
            const Sale& sale = tables.sales[i];
            count += (sale.amount >= question.low) & (sale.amount <= question.high) &
                     (sale.pieces >= question.first) & (sale.pieces <= question.last);
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
        std::stable_sort(rows.begin(), rows.end(), [](const Sale* a, const Sale* b) {
            return a->shop != b->shop ? a->shop < b->shop : a->grade < b->grade;
        });
        std::uint64_t sum = 0, place = 0;
        for (const Sale* row : rows) {
            sum += ++place * row->amount;
        }
        *each.answer = sum;
    }
}

// The amount at a place, counted from 0, in the order of amounts.
void pick_amount(const Tables& tables, const std::vector<Asked>& asked) {
    std::vector<std::uint16_t> amounts;
    for (const Asked& each : asked) {
        amounts.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            amounts.push_back(tables.sales[i].amount);
        }
        const auto place = amounts.begin() + each.question.low;
        std::nth_element(amounts.begin(), place, amounts.end());
        *each.answer = *place;
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
