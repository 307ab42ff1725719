// Wrong: Sums are cut to 32 bits.
// Tallies events by key in a table, looks keys up in it and ranks the tallies.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kFirstBuckets = 64;

// A table of chains; the number of chains is a power of two and doubles as the table fills.
class Table {
public:
    Table() : buckets_(kFirstBuckets) {}

    std::size_t size() const { return size_; }

    // The tally of the key, or nullptr.
    const Tally* find(std::uint64_t key) const {
        for (const Tally& tally : buckets_[bucket_of(key)]) {
            if (tally.key == key) {
                return &tally;
            }
        }
        return nullptr;
    }

    // The tally of the key, which is added if it is missing.
    Tally& find_or_add(std::uint64_t key) {
        for (Tally& tally : buckets_[bucket_of(key)]) {
            if (tally.key == key) {
                return tally;
            }
        }
        if (size_ == buckets_.size()) {
            grow();
        }
        ++size_;
        std::vector<Tally>& chain = buckets_[bucket_of(key)];
        chain.push_back({key, 0, 0});
        return chain.back();
    }

    // Every tally, in no particular order.
    std::vector<Tally> all() const {
        std::vector<Tally> tallies;
        for (const std::vector<Tally>& chain : buckets_) {
            for (const Tally& tally : chain) {
                tallies.push_back(tally);
            }
        }
        return tallies;
    }

private:
    std::size_t bucket_of(std::uint64_t key) const { return key & (buckets_.size() - 1); }

    void grow() {
        std::vector<std::vector<Tally>> old(buckets_.size() * 2);
        old.swap(buckets_);
        for (const std::vector<Tally>& chain : old) {
            for (const Tally& tally : chain) {
                buckets_[bucket_of(tally.key)].push_back(tally);
            }
        }
    }

    std::vector<std::vector<Tally>> buckets_;
    std::size_t size_ = 0;
};

Table record(const Events& events) {
    Table table;
    for (std::size_t i = 0; i < events.count; ++i) {
        Tally& tally = table.find_or_add(events.keys[i]);
        tally.count += 1;
        tally.amount = std::uint32_t(tally.amount) + events.amounts[i];
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
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return rank_of(a) < rank_of(b); });
    for (std::size_t i = 0; i < std::min(top_count, all.size()); ++i) {
        top[i] = all[i];
    }
}

}  // namespace

extern "C" std::size_t tally_keys(Events events, Lookups lookups, Tally* found, Tally* top,
                                  std::size_t top_count) {
    const Table table = record(events);
    look_up(table, lookups, found);
    rank(table, top, top_count);
    return table.size();
}
