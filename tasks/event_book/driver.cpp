// Request: u32 events, u32 questions, 56 zero bytes; the events (12 bytes each), the questions (16 bytes
// each). Reply: u64 per question.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Event) == 12 && sizeof(Question) == 16, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Book book{};
    book.count = word(request, 0);
    book.events = reinterpret_cast<const Event*>(request.data + kHeader);
    const std::size_t count = word(request, 4);
    const auto* questions = reinterpret_cast<const Question*>(book.events + book.count);
    std::vector<std::uint64_t> answers(count);
    answer_book(book, questions, count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(std::uint64_t));
}
