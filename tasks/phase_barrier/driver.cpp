// Request: u32 rows, columns, feeds, most steps, u32 crew, u32 share, u64 calm, 32 zero bytes; the cells (i32 each, row by
// row), the feeds (12 bytes each).
// Reply: an Outcome (16 bytes), the cells.
#include "aiopt.hpp"
#include "task.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::uint32_t kMostWorkers = 4;

static_assert(sizeof(Feed) == 12 && sizeof(Outcome) == 16, "the wire is packed");

struct Header {
    std::uint32_t rows, columns, feeds, most_steps, crew, share;
    std::uint64_t calm;
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Header header = {};
    if (request.size >= kHeader) {
        std::memcpy(&header, request.data, sizeof header);
    }
    const auto* first = reinterpret_cast<const std::int32_t*>(request.data + kHeader);
    std::vector<std::int32_t> cells(first, first + std::size_t{header.rows} * header.columns);
    const auto* feeds = reinterpret_cast<const Feed*>(first + cells.size());
    const Field field = {cells.data(), header.rows, header.columns};
    const Rules rules = {feeds, header.feeds, header.most_steps, static_cast<std::int32_t>(header.share), header.calm};
    const Outcome outcome = run_field(field, rules, std::clamp(header.crew, 1u, kMostWorkers));
    reply.put(&outcome, sizeof outcome);
    reply.put(cells.data(), cells.size() * sizeof(std::int32_t));
}
