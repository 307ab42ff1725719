// What the program provides: answer_series(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// One reading of a meter.
struct Sample {
    std::uint32_t time;   // never less than that of the sample before
    std::uint32_t tag;    // any number
    std::uint16_t value;  // 0 to 4095
    std::uint16_t unused;
};

enum Kind : std::uint32_t {
    kSpread,      // a: width >= 1
    kPercentile,  // a: width >= 1, b: permille, 0 to 1000
    kRepeats,     // a: horizon
    kReadings,    // a: number of readings, b: first state
    kMerged,      // a: streams >= 1, b: lead, less than 2^20
    kAlike,       // a: radius, b: shift, 0 to 12
    kWaits,       // a: rise, less than 2^20, b: horizon
    kCeilings,    // a: number of ranges, b: length >= 1
    kSeal,        // a: first position, b: distance >= 1
    kOrdered,     // a: number of samples
};

// A question about the whole series; task.hpp says which numbers it has, the prompt what it asks for.
struct Question {
    Kind kind;
    std::uint32_t a;
    std::uint32_t b;
    std::uint32_t unused;
};

// What a question yields: how many numbers, and their digest. Each number in turn replaces the digest by the digest
// rotated left by seven bits plus the number, modulo 2^64.
struct Answer {
    std::uint64_t count;
    std::uint64_t digest;
};

// Writes answers[i] for questions[i]; the answers arrive zeroed. There are fewer than 2^20 samples.
extern "C" void answer_series(const Sample* samples, std::size_t sample_count, const Question* questions,
                              std::size_t question_count, Answer* answers);
