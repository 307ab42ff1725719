// What the program provides: aggregate(), called by the driver; and the directory that it asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

constexpr int kMostWorkers = 6;         // that may run at the same time, the caller among them
constexpr std::size_t kMostAsked = 8;  // stations in one call of find()

// Knows the name of every station. Several stations may have the same name. Names never change.
class Directory {
public:
    virtual ~Directory() = default;

    // Fills in the names of `count` stations, at least 1 and at most kMostAsked. Several workers may call it at once.
    virtual void find(const std::uint32_t* stations, std::size_t count, std::string* names) const = 0;
};

// One report. Its body is a text of `size` bytes.
struct Report {
    const char* body;
    std::uint32_t size;
    std::uint32_t station;
    std::int32_t value;
};

// What stations of one name reported.
struct Summary {
    std::string name;
    std::uint64_t count = 0;    // reports
    std::int64_t sum = 0;       // of their values
    std::int32_t greatest = 0;  // value
    std::uint64_t peak = 0;     // number of the first report with the greatest value; they are counted from 0
    std::uint64_t checks = 0;   // sum of the checks of their bodies
};

// Sums up the reports by name. Returns the summaries in the order of their names, byte by byte.
extern "C" void aggregate(const Directory& directory, const Report* reports, std::size_t count,
                          std::vector<Summary>& summaries);
