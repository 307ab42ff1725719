// What the program provides: keep_items(), called by the driver.
#pragma once

#include <cstdint>

// The items that are asked for, one after the other. None can be seen before its turn.
class Requests {
public:
    // Sets `item` to the next one that is asked for; returns false at the end.
    virtual bool next(std::uint32_t& item) = 0;

    // Takes a kept item away, to make room for the one asked for last.
    virtual void drop(std::uint32_t item) = 0;

protected:
    ~Requests() = default;
};

// Keeps up to `room` items. An item that is asked for and not kept has to be brought and is kept from then on; if
// there is no room for it, exactly one kept item is dropped first. Nothing is dropped otherwise.
extern "C" void keep_items(Requests& requests, std::uint32_t room);
