// What the program provides: run_store(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

constexpr std::uint32_t kRows = 4096;     // rows have the numbers 0 to kRows - 1
constexpr std::uint32_t kOwners = 64;     // owners have the numbers 0 to kOwners - 1
constexpr std::uint32_t kValues = 4096;   // a row has a value from 1 to kValues - 1
constexpr std::uint32_t kLongest = 1000;  // a row lives for 1 to kLongest ticks

// At first every row is empty, and every row is its own heir.
enum Kind : std::uint16_t {
    kPut,     // row gets value and owner and lives for span ticks; answer: filled rows
    kDrop,    // row becomes empty; answer: 1, or 0 where it was empty
    kTick,    // time moves on by one, rows at the end of their life become empty; answer: sum of row + 1 over them
    kGet,     // answer: the value of row, 0 where it is empty
    kReach,   // answer: first row, from row on, up to which the values add up to at least value
    kOwned,   // answer: first row, from row on, that owner has
    kRanked,  // answer: value at place span, from 0, of all values in rising order; 0 where there are fewer
    kSince,   // answer: puts after the latest put of at most value; all puts where there is none
    kWrite,   // appends the four bytes of value to the journal, the lowest first; answer: its length
    kDigest,  // answer: digest of the last span bytes of the journal, of all where it is shorter
    kLink,    // the row with the number value becomes the heir of row; answer: the heir before
    kHeir,    // answer: where span steps from a row to its heir lead from row
    kVacant,  // answer: first empty row, from row on
    kAbove,   // answer: first row, from row on, with at least value
};

// "First row" is kRows where there is none. The digest of bytes b0, b1, ... begins with 0; each byte in turn makes
// it digest * 1099511628211 + byte + 1, modulo 2^64.
struct Command {
    Kind kind;
    std::uint16_t owner;
    std::uint32_t row;
    std::uint32_t value;
    std::uint32_t span;
};

// Runs the commands on a new store, one after the other, and writes an answer for each. All fields of a command
// that its kind uses are in range; value of kAbove is at least 1, span of kHeir at most kRows - 1; span of kRanked and
// kDigest and value of kReach, kSince and kWrite are any numbers.
extern "C" void run_store(const Command* commands, std::size_t count, std::uint64_t* answers);
