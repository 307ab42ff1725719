// Request: u32 seed, u32 chunks. Reply: u64.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    std::uint32_t words[2] = {};
    if (request.size >= sizeof words) std::memcpy(words, request.data, sizeof words);
    const std::uint64_t answer = work(words[0], words[1]);
    reply.put(&answer, sizeof answer);
}
