// Request: u32 bytes of text, u32 patterns, u32 values, u32 jobs, 48 zero bytes; the values (8 bytes each), the
// jobs (16 bytes each), the patterns (a byte of length and 64 bytes each), the text. Reply: what is written.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

constexpr std::size_t kHeader = 64, kPattern = 65;

static_assert(sizeof(Job) == 16, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t size = word(request, 0), patterns = word(request, 4), count = word(request, 12);
    Input input{};
    input.value_count = word(request, 8);
    input.values = reinterpret_cast<const std::uint64_t*>(request.data + kHeader);
    const auto* jobs = reinterpret_cast<const Job*>(input.values + input.value_count);
    const auto* pattern = reinterpret_cast<const char*>(jobs + count);
    for (std::size_t i = 0; i < patterns; ++i, pattern += kPattern) {
        input.patterns.emplace_back(pattern + 1, static_cast<unsigned char>(*pattern));
    }
    input.text = {pattern, size};
    std::string out;
    run_jobs(input, {jobs, jobs + count}, out);
    reply.put(out.data(), out.size());
}
