// Request: u32 jobs, u32 workers, u32 links, 52 zero bytes; a u32 length per job, then the links (12 bytes each).
// Reply: a Slot (8 bytes) per job.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Link) == 12 && sizeof(Slot) == 8, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t count = word(request, 0);
    const std::size_t link_count = word(request, 8);
    const auto* lengths = reinterpret_cast<const std::uint32_t*>(request.data + kHeader);
    const auto* links = reinterpret_cast<const Link*>(lengths + count);
    std::vector<Slot> slots(count, Slot{0xffffffff, 0});
    plan_jobs({lengths, count, links, link_count}, word(request, 4), slots.data());
    reply.put(slots.data(), slots.size() * sizeof(Slot));
}
