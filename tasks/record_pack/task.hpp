// What the program provides: pack_columns(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

using Bytes = std::vector<std::uint8_t>;

// How a column is packed.
enum Form : std::uint32_t {
    kZones,    // bounds of the codes of neighbours, by section of `range` values
    kWidths,   // a plan of widths by section of `range` values
    kRanks,    // symbols below `range`, by the order of their last use
    kCopies,   // values below 256: runs that occurred within the last `range` values
    kSpreads,  // distances from the least and the greatest of `range` values
    kChecks,   // checksums by section of `range` values
    kOrder,    // values below 65536, as positions in rising order
    kPeaks,    // where the greatest of up to `range` following values lies
    kNearest,  // a palette of `range` different entries, then values, each as the entry next to it
};

// A column of at most 65536 numbers.
struct Column {
    Form form;
    std::uint32_t range;  // 1 to 65536
    const std::uint32_t* values;
    std::size_t count;
};

// Appends the packed columns to `out`, one after the other.
extern "C" void pack_columns(const Column* columns, std::size_t count, Bytes& out);
