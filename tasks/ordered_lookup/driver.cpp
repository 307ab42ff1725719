// Request: u32 entries, u32 operations, 56 zero bytes; the entries, the operations.
// Reply: u64 entries at the end; an Answer (24 bytes) per operation.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Entry) == 16 && sizeof(Operation) == 16 && sizeof(Answer) == 24, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t entry_count = word(request, 0);
    const std::size_t operation_count = word(request, 4);
    const auto* entries = reinterpret_cast<const Entry*>(request.data + kHeader);
    const auto* operations = reinterpret_cast<const Operation*>(entries + entry_count);
    std::vector<Answer> answers(operation_count);
    const std::uint64_t left =
        run_operations({entries, entry_count}, {operations, operation_count}, answers.data());
    reply.put(&left, sizeof left);
    reply.put(answers.data(), answers.size() * sizeof(Answer));
}
