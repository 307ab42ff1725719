// What the program provides: scan_records(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// One shipment as it arrives.
struct Row {
    std::uint64_t id;
    std::uint32_t flags;     // one bit per handling instruction, bits 0..15
    std::uint32_t weight;    // grams
    std::uint32_t value;     // cents apiece
    std::uint32_t route;     // eight hubs of four bits each, the first in the lowest bits
    std::uint16_t length;    // millimetres
    std::uint16_t width;     // millimetres
    std::uint16_t height;    // millimetres
    std::uint16_t quantity;  // pieces
};

// Selects the shipments that have every flag of `required`, no flag of `excluded`
// and a weight in [min_weight, max_weight].
struct Query {
    std::uint32_t required;
    std::uint32_t excluded;
    std::uint32_t min_weight;
    std::uint32_t max_weight;
};

// What a query yields. Sums are modulo 2^64.
struct Answer {
    std::uint64_t count;   // selected shipments
    std::uint64_t value;   // sum of value * quantity
    std::uint64_t charge;  // sum of the transport charges
    char label[24];        // label of the first selected shipment in order of arrival, else all zero
};

// Writes answers[i] for queries[i]; the answers arrive zeroed.
extern "C" void scan_records(const Row* rows, std::size_t row_count, const Query* queries,
                             std::size_t query_count, Answer* answers);
