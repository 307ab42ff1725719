// Wrong: Of items with equal expectations the one at the higher address goes.
// Keeps items while they are asked for; the one goes that is expected to be asked for last.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace {

// What is known of an item: when it was last asked for, and how many requests lay between two of it.
struct Known {
    std::uint64_t last = 0;
    std::uint64_t gap = 0;   // the latest one; 0: asked for once
    std::uint64_t mean = 0;  // of gaps, later ones weighing more
    bool even = false;       // whether the latest two gaps were about the same
    bool kept = false;
};

class Shelf {
public:
    explicit Shelf(std::size_t room) : room_(room) {}

    // Notes a request; returns whether the item is kept.
    bool asked(std::uint32_t item) {
        now_ += 1;
        auto [entry, first] = known_.try_emplace(item);
        Known& known = entry->second;
        if (!first) {
            std::uint64_t gap = now_ - known.last;
            std::uint64_t more = std::max(gap, known.gap);
            known.even = more - std::min(gap, known.gap) < more / 3;
            known.mean = known.mean == 0 ? 2 * gap : (2 * known.mean + gap) / 3;
            known.gap = gap;
        }
        known.last = now_;
        return known.kept;
    }

    bool full() const { return kept_.size() >= room_; }

    void add(std::uint32_t item) {
        Known& known = known_.at(item);
        known.kept = true;
        kept_.push_back({item, &known});
    }

    // Chooses an item, takes it out and returns it.
    std::uint32_t remove_one() {
        std::size_t latest = 0;
        std::uint64_t most = 0;
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            std::uint64_t wait = expected(*kept_[i].known);
            if (wait >= most) {
                most = wait;
                latest = i;
            }
        }
        Kept gone = kept_[latest];
        gone.known->kept = false;
        kept_[latest] = kept_.back();
        kept_.pop_back();
        return gone.item;
    }

private:
    struct Kept {
        std::uint32_t item;
        Known* known;
    };

    // How many requests it will be until an item is asked for again.
    std::uint64_t expected(const Known& known) const {
        std::uint64_t age = now_ - known.last;
        if (known.gap == 0) {
            return 10 * room_ + (reinterpret_cast<std::uintptr_t>(&known) >> 4) % 8;
        }
        std::uint64_t due = known.gap + known.gap / 3;
        return known.even && age < due ? due - age : std::max(known.mean, age);
    }

    std::size_t room_;
    std::uint64_t now_ = 0;
    std::unordered_map<std::uint32_t, Known> known_;
    std::vector<Kept> kept_;
};

}  // namespace

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    Shelf shelf(room);
    std::uint32_t item = 0;
    while (requests.next(item)) {
        if (shelf.asked(item)) {
            continue;
        }
        if (shelf.full()) {
            requests.drop(shelf.remove_one());
        }
        shelf.add(item);
    }
}
