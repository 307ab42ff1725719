// Request: u32 samples, u32 questions, 56 zero bytes, the samples (12 bytes each), the questions (16 bytes each).
// Reply: one Answer (16 bytes) per question.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Sample) == 12 && sizeof(Question) == 16 && sizeof(Answer) == 16, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t sample_count = word(request, 0);
    const std::size_t question_count = word(request, 4);
    const auto* samples = reinterpret_cast<const Sample*>(request.data + kHeader);
    const auto* questions = reinterpret_cast<const Question*>(samples + sample_count);
    std::vector<Answer> answers(question_count);
    answer_series(samples, sample_count, questions, question_count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(Answer));
}
