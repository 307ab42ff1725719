// What the program provides: answer_cells(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

constexpr std::size_t kEnd = 16384;    // members of sets are less than this
constexpr std::size_t kColours = 64;   // colours of cells are less than this

// A field of cells, row by row from the upper left one. Its sides are less than 2^12.
struct Field {
    const std::uint8_t* colours;
    std::size_t width;
    std::size_t height;
};

// Sets of numbers: set s has the members from members[starts[s]] to before members[starts[s + 1]], which ascend.
struct Sets {
    const std::uint16_t* members;
    const std::uint32_t* starts;
    std::size_t count;
};

enum Kind : std::uint32_t {
    kRegions,  // a: least colour of a marked cell
    kNearest,  // a: least colour of a marked cell
    kUnion,    // a: first set, b: number of sets
    kRanks,    // a: set, b: number of draws, c: first state
    kCrowd,    // a: least colour of a marked cell, b: radius
    kWays,     // a: greatest colour that counts, 0 to 63
    kCommon,   // a: first set, b: number of sets
    kPalette,  // a: number of rectangles, b: side >= 1, c: first state
    kView,     // a: least colour of a marked cell
    kFree,     // a: first set, b: number of sets, c: number of draws
};

struct Question {
    Kind kind;
    std::uint32_t a;
    std::uint32_t b;
    std::uint32_t c;
};

// What a question yields: how many numbers, and their digest. Each number in turn replaces the digest by the digest
// rotated left by seven bits plus the number, modulo 2^64.
struct Answer {
    std::uint64_t count;
    std::uint64_t digest;
};

// Writes answers[i] for questions[i]; the answers arrive zeroed. Sets that do not exist are empty;
// questions name sets below 2^10.
extern "C" void answer_cells(const Field& field, const Sets& sets, const Question* questions,
                             std::size_t question_count, Answer* answers);
