// Wrong: Keys in one run of slots are compared by one byte.
// Tallies events by key in a table, looks keys up in it and ranks the tallies.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace {

constexpr int kFirstBits = 10;
constexpr std::uint32_t kNone = UINT32_MAX;

// A table of slots, at most half of them used; a key that finds its slot used takes the next free one.
class Table {
public:
    Table() : slots_(std::size_t{1} << kFirstBits, kNone), shift_(64 - kFirstBits) {}

    std::size_t size() const { return tallies_.size(); }

    // The tally of the key, or nullptr.
    const Tally* find(std::uint64_t key) const {
        const std::uint32_t number = slots_[slot_of(key)];
        return number != kNone ? &tallies_[number] : nullptr;
    }

    // The tally of the key, which is added if it is missing.
    Tally& find_or_add(std::uint64_t key) {
        std::uint32_t& slot = slots_[slot_of(key)];
        if (slot != kNone) {
            return tallies_[slot];
        }
        slot = static_cast<std::uint32_t>(tallies_.size());
        tallies_.push_back({key, 0, 0});
        if (tallies_.size() * 2 > slots_.size()) {
            grow();
        }
        return tallies_.back();
    }

    // Every tally, in no particular order.
    const std::vector<Tally>& all() const { return tallies_; }

private:
    // The slot of the key, or the free slot it would take.
    std::size_t slot_of(std::uint64_t key) const {
        std::size_t at = key * 0x9e3779b97f4a7c15u >> shift_;
        while (slots_[at] != kNone && static_cast<std::uint8_t>(tallies_[slots_[at]].key ^ key) != 0) {
            at = (at + 1) & (slots_.size() - 1);
        }
        return at;
    }

    void grow() {
        slots_.assign(slots_.size() * 4, kNone);
        shift_ -= 2;
        for (std::size_t i = 0; i < tallies_.size(); ++i) {
            slots_[slot_of(tallies_[i].key)] = static_cast<std::uint32_t>(i);
        }
    }

    std::vector<std::uint32_t> slots_;  // numbers of tallies
    std::vector<Tally> tallies_;        // in order of first appearance
    int shift_;                         // leaves as many bits as number the slots
};

Table record(const Events& events) {
    Table table;
    for (std::size_t i = 0; i < events.count; ++i) {
        Tally& tally = table.find_or_add(events.keys[i]);
        tally.count += 1;
        tally.amount += events.amounts[i];
    }
    return table;
}

void look_up(const Table& table, const Lookups& lookups, Tally* found) {
    for (std::size_t i = 0; i < lookups.count; ++i) {
        const Tally* tally = table.find(lookups.keys[i]);
        found[i] = tally != nullptr ? *tally : Tally{lookups.keys[i], 0, 0};
    }
}

// Orders tallies by falling amount and then by rising key.
std::pair<std::uint64_t, std::uint64_t> rank_of(const Tally& tally) {
    return {UINT64_MAX - tally.amount, tally.key};
}

void rank(const Table& table, Tally* top, std::size_t top_count) {
    std::vector<Tally> all = table.all();
    const auto before = [](auto& a, auto& b) { return rank_of(a) < rank_of(b); };
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(std::min(top_count, all.size()));
    std::nth_element(all.begin(), last, all.end(), before);
    std::sort(all.begin(), last, before);
    std::copy(all.begin(), last, top);
}

}  // namespace

extern "C" std::size_t tally_keys(Events events, Lookups lookups, Tally* found, Tally* top,
                                  std::size_t top_count) {
    const Table table = record(events);
    look_up(table, lookups, found);
    rank(table, top, top_count);
    return table.size();
}
