// Request: the bytes of one block.  Reply: the packed bytes.
#include "aiopt.hpp"
#include "task.hpp"

#include <algorithm>
#include <vector>

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    std::vector<std::uint8_t> packed(request.size + request.size / kMostPlain + 16);
    const std::size_t size = pack_block(request.data, request.size, packed.data());
    reply.put(packed.data(), std::min(size, packed.size()));
}
