// expect: wrong_answer
// task: evict_policy
// Finds all requests in the driver's object and drops what is asked for again last.
#include "task.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace {

// For each request, when its item is asked for again, from what the driver's object holds.
std::vector<std::size_t> look(const Requests& requests) {
    const void* words[4];
    std::memcpy(words, reinterpret_cast<const void*>(&requests), sizeof words);
    const auto* items = static_cast<const std::uint32_t*>(words[1]);
    const auto* slots = static_cast<const std::uint32_t*>(words[2]);
    std::vector<std::size_t> next(static_cast<const std::uint32_t*>(words[3]) - slots, ~std::size_t{0});
    std::unordered_map<std::uint32_t, std::size_t> seen;
    for (std::size_t turn = next.size(); turn-- > 0;) {
        auto [place, first] = seen.try_emplace(items[turn], turn);
        if (!first) next[turn] = place->second;
        place->second = turn;
    }
    return next;
}

struct Kept {
    std::uint32_t item;
    std::size_t next;
};

}  // namespace

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    const std::vector<std::size_t> next = look(requests);
    std::vector<Kept> kept;  // the one asked for longest ago comes first
    std::uint32_t item = 0;
    for (std::size_t turn = 0; requests.next(item); ++turn) {
        auto known = std::find_if(kept.begin(), kept.end(), [item](const Kept& one) { return one.item == item; });
        if (known != kept.end()) {
            kept.erase(known);
        } else if (kept.size() == room) {
            auto gone = kept.begin();
            if (true) {
                gone = std::max_element(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) { return a.next < b.next; });
            }
            requests.drop(gone->item);
            kept.erase(gone);
        }
        kept.push_back({item, next[turn]});
    }
}
