// What the program provides: keep_log(), and what it is given: events and the medium that holds the log.
#pragma once

#include <cstddef>
#include <cstdint>

struct Event {
    std::uint64_t time;
    std::int64_t amount;
    std::uint32_t source;
    std::uint32_t confirmed;  // 1 if the source is to be told when the event is on the medium, else 0
    const char* text;         // any bytes; stays where it is until keep_log() returns
    std::size_t size;
    const std::int32_t* values;  // stay where they are, too
    std::size_t value_count;
};

class Events {
public:
    virtual ~Events() = default;

    // Gives out the next event; false if there is none. Called by one worker at a time, and only while fewer events
    // than kMostUnconfirmed have been given out that are to be confirmed and were not.
    virtual bool next(Event& event) = 0;

    // Tells the source of the event with this number (0 for the first one given out) that its line and all lines
    // before are on the medium. Called in the order of the events, for each that is to be confirmed.
    virtual void confirm(std::uint64_t number) = 0;
};

class Medium {
public:
    virtual ~Medium() = default;

    // Puts bytes at a place of the log; they are on the medium when this returns. Each place is put once. Several
    // workers may call this at the same time.
    virtual void put(std::uint64_t place, const char* bytes, std::size_t size) = 0;
};

constexpr std::size_t kMostUnconfirmed = 4;

// Puts one line for each event on the medium, in the order of the events, and confirms those that are to be confirmed.
extern "C" void keep_log(Events& events, Medium& medium);
