// What program.cpp implements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

enum Kind { kNull, kTrue, kFalse, kNumber, kString, kArray, kObject, kKinds };

// One distinct member name: how many members bear it, and the sum (modulo 2^64)
// of all numbers found at any depth within the values of those members.
struct NameTotal {
    std::string name;
    std::uint64_t count;
    std::uint64_t total;
};

struct Tally {
    std::uint64_t kinds[kKinds];     // values of each kind
    std::uint64_t number_sum;        // sum of all numbers, modulo 2^64
    std::uint64_t string_bytes;      // total length of all string values (not of member names)
    std::uint64_t distinct_strings;  // how many different string values there are
    std::uint64_t depth;             // 1 for a scalar or an empty container
    std::vector<NameTotal> names;    // every distinct member name once, in any order
};

// Fills `tally`, which comes zeroed and empty, from the document text[0..size).
// Returns false, whatever the tally then holds, if the text breaks a rule of the grammar.
extern "C" bool tally_document(const char* text, std::size_t size, Tally& tally);
