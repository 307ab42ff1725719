// Request: u32 numbers. Reply: u64 sums; the buffer is full of something else before.
#include "aiopt.hpp"
#include "task.hpp"

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto* numbers = reinterpret_cast<const std::uint32_t*>(request.data);
    std::vector<std::uint64_t> sums(request.size / sizeof(std::uint32_t), 0x5a5a5a5a5a5a5a5a);
    running_sums(numbers, sums.size(), sums.data());
    reply.put(sums.data(), sums.size() * sizeof(std::uint64_t));
}
