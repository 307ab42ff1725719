// expect: timeout
// task: evict_policy
// Decides well (what was asked for longest ago goes), with a hundred times the work.
#include "task.hpp"
#include <algorithm>
#include <vector>

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    std::vector<std::uint32_t> kept;
    volatile std::uint64_t sum = 0;
    std::uint32_t item = 0;
    while (requests.next(item)) {
        for (std::uint32_t i = 0; i < 30 * std::min(room, 400u); ++i) sum = sum + i;
        auto place = std::find(kept.begin(), kept.end(), item);
        if (place != kept.end()) {
            kept.erase(place);
        } else if (kept.size() == room) {
            requests.drop(kept.front());
            kept.erase(kept.begin());
        }
        kept.push_back(item);
    }
}
