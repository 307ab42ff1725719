// What the program provides: tally_keys(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// All that was recorded under one key.
struct Tally {
    std::uint64_t key;
    std::uint64_t count;   // events of the key
    std::uint64_t amount;  // sum of their amounts
};

// The event i has the key keys[i] and the amount amounts[i].
struct Events {
    const std::uint64_t* keys;
    const std::uint32_t* amounts;
    std::size_t count;
};

// The keys to report on, present or not.
struct Lookups {
    const std::uint64_t* keys;
    std::size_t count;
};

// Writes one found[i] for each lookup i (zero count and amount where the key never occurred), and to top[0..]
// the tallies with the greatest amounts, in falling order of amount and then in rising order of key.
// Returns the number of distinct keys; top has top_count zeroed places, of which the last may stay unused.
extern "C" std::size_t tally_keys(Events events, Lookups lookups, Tally* found, Tally* top,
                                  std::size_t top_count);
