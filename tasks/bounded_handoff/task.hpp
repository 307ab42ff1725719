// What the program provides: transfer(), called by the driver; where messages come from and where they go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

constexpr int kMostWorkers = 4;          // that may run at the same time, the caller among them
constexpr std::size_t kLeastAllowed = 6;  // messages under way

struct Message {
    std::vector<std::uint8_t> bytes;
    std::uint32_t seal = 0;
};

// Gives one message after the other. One worker at a time may call it.
class Source {
public:
    virtual ~Source() = default;

    // Fills in the bytes of the next `wanted` messages, at least 1, or of as many as there are; returns how many.
    virtual std::size_t next(Message* messages, std::size_t wanted) = 0;
};

// Takes the messages that are done, in the order of the source. One worker at a time may call it.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void put(const Message* messages, std::size_t count) = 0;
};

// Takes every message of the source, changes and seals it and puts it into the sink. At no time may more than `most`
// messages, which is at least kLeastAllowed, be under way: from the call that takes them to the end of that which puts them.
extern "C" void transfer(Source& source, Sink& sink, std::size_t most);
