// What the program provides: settle_sheets(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// Each period adds interest of balance * (rate + levy) / basis, rounded down; then `payment` is paid.
struct Plan {
    std::uint32_t balance;
    std::uint32_t payment;
    std::uint32_t rate;   // at most kHighestRate
    std::uint32_t basis;  // at least 1
};

constexpr std::uint32_t kHighestRate = 1u << 31;
constexpr std::uint32_t kLongest = 1200;  // periods after which a plan is left as it is
constexpr std::uint64_t kLevies = 512;    // a levy is the interest of the sheet before modulo this

// Rows i has plans[starts[i]] up to, not including, plans[starts[i + 1]].
struct Sheet {
    const Plan* plans;
    const std::uint32_t* starts;
    std::size_t row_count;
};

struct Row {
    std::uint64_t interest;  // of all plans that are not stuck
    std::uint64_t left;      // balances that are left after kLongest periods
    std::uint32_t middle;    // of the sorted periods of the plans, that at index count / 2
    std::uint32_t stuck;     // plans whose first interest is not below their payment
};

// Settles the sheets one after the other, with `crew` workers (1 to 4, the caller among them). Writes a row for each
// row of each sheet, sheet after sheet.
extern "C" void settle_sheets(const Sheet* sheets, std::size_t sheet_count, unsigned crew, Row* rows);
