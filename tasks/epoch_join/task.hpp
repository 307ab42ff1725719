// What the program provides: run_epochs(), called by the driver; and the store it reads from.
#pragma once

#include <cstddef>
#include <cstdint>

constexpr std::size_t kCells = 1024;      // of the field
constexpr std::uint32_t kMostRead = 4096;  // records in one get()
constexpr int kMostWorkers = 4;           // that may run at the same time, the caller among them

// Records, numbered from 0. They never change.
class Store {
public:
    virtual ~Store() = default;

    // Copies the records first, first + 1, ... first + count - 1. `count` is at least 1 and at most kMostRead, and
    // the last record is below size(). Several workers may call it at the same time.
    virtual void get(std::uint32_t first, std::uint32_t count, std::uint32_t* records) const = 0;

    virtual std::uint32_t size() const = 0;
};

struct Range {
    std::uint32_t first;
    std::uint32_t count;  // may be 0
};

struct Epoch {
    const Range* ranges;
    std::size_t range_count;
    std::uint32_t rounds;
};

// Runs the epochs on a field of kCells cells, which may be changed. `answers` has room for a value for each epoch.
extern "C" void run_epochs(const Store& store, const Epoch* epochs, std::size_t epoch_count, std::uint32_t spread,
                           std::uint32_t* field, std::uint64_t* answers);
