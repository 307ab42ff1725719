// Request: u32 events, u32 lookups, u32 top, 52 zero bytes; u64 keys of the events, u64 keys of the lookups,
// u32 amounts of the events.
// Reply: u64 distinct keys; a Tally (24 bytes) per lookup; `top` tallies, the unused ones zero.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Tally) == 24, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t event_count = word(request, 0);
    const std::size_t lookup_count = word(request, 4);
    const std::size_t top_count = word(request, 8);
    const auto* keys = reinterpret_cast<const std::uint64_t*>(request.data + kHeader);
    const std::uint64_t* lookups = keys + event_count;
    const auto* amounts = reinterpret_cast<const std::uint32_t*>(lookups + lookup_count);
    std::vector<Tally> found(lookup_count);
    std::vector<Tally> top(top_count);
    const std::uint64_t distinct =
        tally_keys({keys, amounts, event_count}, {lookups, lookup_count}, found.data(), top.data(), top_count);
    reply.put(&distinct, sizeof distinct);
    reply.put(found.data(), found.size() * sizeof(Tally));
    reply.put(top.data(), top.size() * sizeof(Tally));
}
