// expect: wrong_answer
// task: evict_policy
// Chooses by chance what goes: decisions that nobody can ask for again.
#include "task.hpp"
#include <chrono>
#include <vector>

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    std::uint64_t state = std::chrono::steady_clock::now().time_since_epoch().count();
    std::vector<std::uint32_t> kept;
    std::uint32_t item = 0;
    while (requests.next(item)) {
        std::size_t place = 0;
        while (place < kept.size() && kept[place] != item) ++place;
        if (place < kept.size()) continue;
        if (kept.size() == room) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            std::swap(kept[(state >> 33) % kept.size()], kept.back());
            requests.drop(kept.back());
            kept.pop_back();
        }
        kept.push_back(item);
    }
}
