// Request: the bytes of one document.
// Reply, little endian u64 unless noted: 0 if the document was refused; otherwise 1, the seven counts,
// number_sum, string_bytes, distinct_strings, depth, how many names follow, and for each name in byte
// order: u64 length, the bytes, u64 count, u64 total.
#include "aiopt.hpp"
#include "task.hpp"

#include <algorithm>

namespace {

void put_u64(aiopt::Reply& reply, std::uint64_t value) { reply.put(&value, sizeof value); }

bool by_name(const NameTotal& a, const NameTotal& b) { return a.name < b.name; }

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Tally tally{};
    if (!tally_document(reinterpret_cast<const char*>(request.data), request.size, tally)) {
        put_u64(reply, 0);
        return;
    }
    std::sort(tally.names.begin(), tally.names.end(), by_name);
    put_u64(reply, 1);
    for (std::uint64_t count : tally.kinds) put_u64(reply, count);
    put_u64(reply, tally.number_sum);
    put_u64(reply, tally.string_bytes);
    put_u64(reply, tally.distinct_strings);
    put_u64(reply, tally.depth);
    put_u64(reply, tally.names.size());
    for (const NameTotal& entry : tally.names) {
        put_u64(reply, entry.name.size());
        reply.put(entry.name.data(), entry.name.size());
        put_u64(reply, entry.count);
        put_u64(reply, entry.total);
    }
}
