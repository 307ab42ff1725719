// Request: u32 width, height, sets, questions, 48 zero bytes, the questions (16 bytes each), the starts of the sets
// (u32 each, one more than sets), their members (u16 each), the colours of the cells (a byte each).
// Reply: one Answer (16 bytes) per question.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Question) == 16 && sizeof(Answer) == 16, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t set_count = word(request, 8);
    const std::size_t question_count = word(request, 12);
    const auto* questions = reinterpret_cast<const Question*>(request.data + kHeader);
    const auto* starts = reinterpret_cast<const std::uint32_t*>(questions + question_count);
    const auto* members = reinterpret_cast<const std::uint16_t*>(starts + set_count + 1);
    const auto* colours = reinterpret_cast<const std::uint8_t*>(members + starts[set_count]);
    const Field field{colours, word(request, 0), word(request, 4)};
    std::vector<Answer> answers(question_count);
    answer_cells(field, Sets{members, starts, set_count}, questions, question_count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(Answer));
}
