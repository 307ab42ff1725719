// What the program provides: place_pieces(), called by the driver.
#pragma once

#include <cstdint>

// A piece comes or leaves.
struct Event {
    std::uint32_t piece;  // its number; no two pieces of a call have the same
    std::uint32_t size;   // at least 1 and at most the room of a bin
    std::uint32_t label;   // says who brought it
    std::uint32_t leaves;  // 0: it comes, 1: it leaves
};

// The events, one after the other. None can be seen before its turn.
class Events {
public:
    // Sets `event` to the next one; returns false at the end.
    virtual bool next(Event& event) = 0;

    // Puts the piece that came last into a bin, where it stays until it leaves.
    virtual void put(std::uint32_t bin) = 0;

protected:
    ~Events() = default;
};

// Puts each piece that comes into a bin, before the next event. A bin takes pieces of up to `room` in sum, and what a
// piece took is not free again before the bin is empty. Any number below 2^32 - 2 names a bin; all are empty at first.
extern "C" void place_pieces(Events& events, std::uint32_t room);
