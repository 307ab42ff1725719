// Request: the values (u32).  Reply: a u32 for each.
#include "aiopt.hpp"
#include "task.hpp"

#include <vector>

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t count = request.size / sizeof(std::uint32_t);
    std::vector<std::uint32_t> before(count);
    nearest(reinterpret_cast<const std::uint32_t*>(request.data), count, before.data());
    reply.put(before.data(), count * sizeof(std::uint32_t));
}
