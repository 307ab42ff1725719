// What the program provides: run_field(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

constexpr std::int32_t kHighest = 1 << 24;  // cells stay between 0 and this

// Each step adds `amount` (which may be negative) to a cell.
struct Feed {
    std::uint32_t row;
    std::uint32_t column;
    std::int32_t amount;
};

struct Field {
    std::int32_t* cells;  // row by row; between 0 and kHighest at the start
    std::size_t rows;
    std::size_t columns;
};

struct Rules {
    const Feed* feeds;
    std::size_t feed_count;
    std::uint32_t most_steps;
    std::int32_t share;  // between 4 and 65536: what the sum of the neighbours of a cell is divided by
    std::uint64_t calm;  // the field is at rest when a step changes it by no more than this in all
};

struct Outcome {
    std::uint64_t change;  // of the last step, added up over all cells; 0 where there was none
    std::uint32_t steps;
    std::uint32_t rest;  // 1 if the field came to rest, else 0
};

// Lets the field go through its steps in place, with `crew` workers (1 to 4, the caller among them).
extern "C" Outcome run_field(const Field& field, const Rules& rules, unsigned crew);
