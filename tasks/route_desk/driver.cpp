// Request: u32 places, u32 roads, u32 questions, 52 zero bytes; the questions (16 bytes each), u32 starts and
// child_starts (one more than places each), the roads (6 bytes each), u16 neighbours and lengths (two per road each),
// u16 parents, u16 children (all places but the root), u8 grades. Reply: u64 per question.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Question) == 16 && sizeof(Road) == 6, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

// Returns the next `count` rows and moves on behind them.
template <class Row>
const Row* rows(const unsigned char*& at, std::size_t count) {
    const auto* found = reinterpret_cast<const Row*>(at);
    at += count * sizeof(Row);
    return found;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Network network{};
    const std::size_t places = network.place_count = word(request, 0);
    const std::size_t roads = network.road_count = word(request, 4);
    const std::size_t count = word(request, 8);
    const unsigned char* at = request.data + kHeader;
    const auto* questions = rows<Question>(at, count);
    network.starts = rows<std::uint32_t>(at, places + 1);
    network.child_starts = rows<std::uint32_t>(at, places + 1);
    network.roads = rows<Road>(at, roads);
    network.neighbours = rows<std::uint16_t>(at, 2 * roads);
    network.lengths = rows<std::uint16_t>(at, 2 * roads);
    network.parents = rows<std::uint16_t>(at, places);
    network.children = rows<std::uint16_t>(at, places == 0 ? 0 : places - 1);
    network.grades = rows<std::uint8_t>(at, places);
    std::vector<std::uint64_t> answers(count);
    answer_questions(network, questions, count, answers.data());
    reply.put(answers.data(), answers.size() * sizeof(std::uint64_t));
}
