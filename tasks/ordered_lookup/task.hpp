// What the program provides: run_operations(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

struct Entry {
    std::uint64_t key;
    std::uint64_t value;
};

enum OperationKind : std::uint32_t {
    kRead,  // of up to `operand` entries, from the first one on whose key is not below `key`
    kPut,   // of the value `operand` at `key`, in place of the value there if there is one
    kDrop,  // of the entry at `key`, if there is one
};

struct Operation {
    std::uint64_t key;
    std::uint32_t kind;  // an OperationKind
    std::uint32_t operand;
};

// Read: how many entries were read, the key of the first and the sum of their values (all zero where there is none).
// Put, drop: 1 entry, the key and the earlier value if the key was present; all zero if it was not.
struct Answer {
    std::uint64_t count;
    std::uint64_t key;
    std::uint64_t sum;
};

struct Entries {
    const Entry* items;
    std::size_t count;
};

struct Operations {
    const Operation* items;
    std::size_t count;
};

// Starts from the entries (of equal keys the last one counts), applies the operations in order and writes one
// answers[i] for each. Returns the number of entries at the end.
extern "C" std::size_t run_operations(Entries entries, Operations operations, Answer* answers);
