// Request: u32 events, activities, sessions, visits, names; the events (12 bytes each); the sessions (12 each); the
// visits (4 each); a size and 64 letters per name; a size and resources (u32) per activity.
// Reply: a u32 per event.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

static_assert(sizeof(Event) == 12 && sizeof(Session) == 12 && sizeof(Visit) == 4 && sizeof(Name) == 68);

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto* words = reinterpret_cast<const std::uint32_t*>(request.data);
    const auto* events = reinterpret_cast<const Event*>(words + 5);
    const auto* sessions = reinterpret_cast<const Session*>(events + words[0]);
    const auto* visits = reinterpret_cast<const Visit*>(sessions + words[2]);
    const auto* names = reinterpret_cast<const Name*>(visits + words[3]);
    const auto* needs = reinterpret_cast<const std::uint32_t*>(names + words[4]);
    Register known;
    for (std::uint32_t i = 0; i < words[1]; ++i) {
        const std::uint32_t size = *needs++;
        known.activities.emplace_back(needs, needs + size);
        needs += size;
    }
    known.sessions.assign(sessions, sessions + words[2]);
    known.visits.assign(visits, visits + words[3]);
    known.names.assign(names, names + words[4]);
    std::vector<std::uint32_t> answers(words[0]);
    run_desk(known, events, answers.size(), answers.data());
    reply.put(answers.data(), 4 * answers.size());
}
