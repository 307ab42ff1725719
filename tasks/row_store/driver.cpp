// Request: u32 commands, 60 zero bytes; packed commands of 16 bytes. Reply: u64 per command.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

static_assert(sizeof(Command) == 16, "the wire is packed");

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto count = aiopt::number_at<std::uint32_t>({request.data, request.size}, 0);
    const auto* commands = reinterpret_cast<const Command*>(request.data + 64);
    std::vector<std::uint64_t> answers(count);
    run_store(commands, count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(std::uint64_t));
}
