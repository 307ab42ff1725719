// Request: u32 sales, u32 prices, u32 questions, 52 zero bytes; the sales (16 bytes each), the prices
// (12 bytes each), the questions (20 bytes each). Reply: u64 per question.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Sale) == 16 && sizeof(Price) == 12 && sizeof(Question) == 20, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Tables tables{};
    tables.sale_count = word(request, 0);
    tables.price_count = word(request, 4);
    const std::size_t count = word(request, 8);
    tables.sales = reinterpret_cast<const Sale*>(request.data + kHeader);
    tables.prices = reinterpret_cast<const Price*>(tables.sales + tables.sale_count);
    const auto* questions = reinterpret_cast<const Question*>(tables.prices + tables.price_count);
    std::vector<std::uint64_t> answers(count);
    answer_questions(tables, questions, count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(std::uint64_t));
}
