// Tallies events by key in a table, looks keys up in it and ranks the tallies.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kFirstBuckets = 64;
constexpr std::uint32_t kNone = UINT32_MAX;

// A table of chains; the number of chains is a power of two and doubles as the table fills.
class Table {
public:
    Table() : heads_(kFirstBuckets, kNone) {}

    std::size_t size() const { return tallies_.size(); }

    // The tally of the key, or nullptr.
    const Tally* find(std::uint64_t key) const {
        for (std::uint32_t i = heads_[bucket_of(key)]; i != kNone; i = next_[i]) {
            if (tallies_[i].key == key) {
                return &tallies_[i];
            }
        }
        return nullptr;
    }

    // The tally of the key, which is added if it is missing.
    Tally& find_or_add(std::uint64_t key) {
        for (std::uint32_t i = heads_[bucket_of(key)]; i != kNone; i = next_[i]) {
            if (tallies_[i].key == key) {
                return tallies_[i];
            }
        }
        if (tallies_.size() == heads_.size()) {
            grow();
        }
        tallies_.push_back({key, 0, 0});
        next_.push_back(kNone);
        link(static_cast<std::uint32_t>(tallies_.size() - 1));
        return tallies_.back();
    }

    // Every tally, in no particular order.
    const std::vector<Tally>& all() const { return tallies_; }

private:
    std::size_t bucket_of(std::uint64_t key) const {
        return (key * 0x9e3779b97f4a7c15u >> 32) & (heads_.size() - 1);
    }

    // Puts the tally with this number in front of its chain.
    void link(std::uint32_t number) {
        std::uint32_t& head = heads_[bucket_of(tallies_[number].key)];
        next_[number] = head;
        head = number;
    }

    void grow() {
        heads_.assign(heads_.size() * 2, kNone);
        for (std::size_t i = 0; i < tallies_.size(); ++i) {
            link(static_cast<std::uint32_t>(i));
        }
    }

    std::vector<std::uint32_t> heads_;  // the first tally of each chain
    std::vector<std::uint32_t> next_;   // of each tally, the next one of its chain
    std::vector<Tally> tallies_;        // in order of first appearance
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
