// Request: u32 rows, u32 queries, 56 zero bytes, the rows (32 bytes each), the queries (16 bytes each).
// Reply: one Answer (48 bytes) per query.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Row) == 32 && sizeof(Query) == 16 && sizeof(Answer) == 48, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t row_count = word(request, 0);
    const std::size_t query_count = word(request, 4);
    const auto* rows = reinterpret_cast<const Row*>(request.data + kHeader);
    const auto* queries = reinterpret_cast<const Query*>(rows + row_count);
    std::vector<Answer> answers(query_count);
    scan_records(rows, row_count, queries, query_count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(Answer));
}
