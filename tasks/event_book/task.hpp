// What the program provides: answer_book(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// One event: it begins at minute `start` and again every `period` minutes, without end. The rows of a
// book are in order of starts; rows of one start are in any order. Except where a question asks for later
// beginnings, it asks for the first one, from which an event runs for `length` minutes: it ends, and runs
// no longer, at minute start + length.
struct Event {
    std::uint32_t start;   // below 2^30
    std::uint16_t length;  // at least 1
    std::uint16_t period;  // 1 to 4,095
    std::uint16_t lane;    // below kLanes
    std::uint16_t weight;  // below kWeights
};

inline constexpr std::uint32_t kLanes = 4096;
inline constexpr std::uint32_t kWeights = 1024;

struct Book {
    const Event* events;
    std::size_t count;
};

// What is asked of the events in rows [first, last).
enum Kind : std::uint32_t {
    kOrder,   // the sum of place times weight over all beginnings, later ones too, less than `value`
              // minutes after the start of row `first`; places count from 1 in order of minute, then
              // row; value is at most 65,536
    kMeet,    // the sum, over every row but the last and the row after it, of the first minute at which
              // both begin, for the first time or again; nothing for two that never do
    kChain,   // how many events there are at most of which each begins at or after the end of the one
              // before and weighs more
    kDates,   // the sum of weight times (512 * year + 32 * month + day of the month) on the day of the
              // beginning number `value`, where `start` is number 0; minute 0 is the first of 1 January
              // 1970, days have 1,440 minutes, the calendar is the Gregorian one; value is at most 4,095
    kLoad,    // the sum, over all rows, of the square of the total weight of the events that run at the
              // minute of the row's beginning number `value`; value is at most 4,095
    kSpread,  // the sum, over all rows, of how many different lanes there are among the event of the row
              // and those of later rows that start before its end
    kNested,  // the sum of the product of weights over all pairs of rows of which the later one ends no
              // later than the earlier one
    kBusy,    // in how many minutes an event of lane `value` runs
    kIdle,    // the sum, over all rows, of the minutes from the end to the next start, at or after the
              // end, of an event whose lane is the same or differs by 1; nothing where none follows
    kServed,  // one desk serves all events, one at a time and each for `length` minutes. Once it is free,
              // it takes of those that have started the one in the next lane, counted from the lane
              // that it served last (at first 0), that one included, and from 0 again after the last;
              // of several in one lane the shortest, of several of these the first by row. If none has
              // started, it waits for the next start. The sum of weight times minutes from start to
              // being taken.
    kKinds,
};

struct Question {
    std::uint32_t kind;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t value;
};

// Writes answers[i] for questions[i]. All sums are modulo 2^64.
extern "C" void answer_book(const Book& book, const Question* questions, std::size_t count,
                            std::uint64_t* answers);
