// What the program provides: answer_questions(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// One sale. The rows of a table are in order of days; rows of one day are in any order.
struct Sale {
    std::uint32_t item;
    std::uint32_t day;  // below 2^31
    std::uint16_t amount;
    std::uint16_t pieces;
    std::uint16_t buyer;
    std::uint8_t shop;
    std::uint8_t grade;
};

// From this day on an item has this price. Rows are in any order; cents are below 2^31.
struct Price {
    std::uint32_t item;
    std::uint32_t day;
    std::uint32_t cents;
};

struct Tables {
    const Sale* sales;
    std::size_t sale_count;
    const Price* prices;
    std::size_t price_count;
};

// What is asked of the sales in rows [first, last), where kWithin is asked of all rows.
enum Kind : std::uint32_t {
    kTotals,     // the sum, over all pairs of item and buyer, of the square of their total amount
    kPrices,     // the sum of pieces times the price of the item that was the last to begin by the
                 // day of the sale, the later row of two that begin on one day; 0 without a price
    kLeaders,    // how many sales no other one outdoes: has an amount and pieces at least as large,
                 // and one of them larger
    kItems,      // how many different items there are
    kLargest,    // the sum of the `low` largest amounts, of all if there are fewer; low is at least 1
    kDistances,  // the sum of |cents - amount| over all pairs of a sale and a price of any item
                 // for which it is at most `low`, which is below 2^30
    kHigher,     // how many pairs of sales are at most `low` days apart (below 2^31) of which the
                 // one in the earlier row has the higher grade
    kWithin,     // how many sales have an amount in [low, high] and pieces in [first, last]
    kPlaces,     // the sum of place times amount, where places count from 1 in the order of shop,
                 // then grade, then row
    kAmount,     // the amount at place `low`, counted from 0, in the order of amounts;
                 // low is below last - first
    kKinds,
};

struct Question {
    std::uint32_t kind;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t low;
    std::uint32_t high;
};

// Writes answers[i] for questions[i]. All sums are modulo 2^64.
extern "C" void answer_questions(const Tables& tables, const Question* questions, std::size_t count,
                                 std::uint64_t* answers);
