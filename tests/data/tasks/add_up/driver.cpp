#include "aiopt.hpp"
#include "task.hpp"

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto* numbers = reinterpret_cast<const std::uint32_t*>(request.data);
    const std::uint64_t sum = add_up(numbers, request.size / sizeof(std::uint32_t));
    reply.put(&sum, sizeof sum);
}
