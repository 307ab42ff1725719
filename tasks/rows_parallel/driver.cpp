// Request: u32 sheets, u32 crew, 56 zero bytes; for each sheet u32 rows, u32 zero, u32 starts of the rows and the end
// of the last (rows + 1 of them), a u32 zero where that number is odd, and the plans (16 bytes each).
// Reply: a Row (24 bytes) for each row, sheet after sheet.
#include "aiopt.hpp"
#include "task.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::uint32_t kMostWorkers = 4;

static_assert(sizeof(Plan) == 16 && sizeof(Row) == 24, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (at + sizeof value <= request.size) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    std::vector<Sheet> sheets(word(request, 0));
    const std::uint32_t crew = std::clamp(word(request, 4), 1u, kMostWorkers);
    std::size_t at = kHeader;
    std::size_t total = 0;
    for (Sheet& sheet : sheets) {
        sheet.row_count = word(request, at);
        sheet.starts = reinterpret_cast<const std::uint32_t*>(request.data + at + 8);
        at += 8 + (sheet.row_count + 2) / 2 * 8;
        sheet.plans = reinterpret_cast<const Plan*>(request.data + at);
        at += sheet.starts[sheet.row_count] * sizeof(Plan);
        total += sheet.row_count;
    }
    std::vector<Row> rows(total);
    settle_sheets(sheets.data(), sheets.size(), crew, rows.data());
    reply.put(rows.data(), rows.size() * sizeof(Row));
}
