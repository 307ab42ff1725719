// Wrong: Counts are kept from one call to the next, so that decisions depend on earlier calls.
// Keeps items while they are asked for; a new one stays only if it is asked for more often than the one to go.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <unordered_map>

namespace {

// Items in an order; the first one is the next to go.
class Row {
public:
    std::size_t size() const { return order_.size(); }
    bool holds(std::uint32_t item) const { return places_.count(item) != 0; }
    std::uint32_t first() const { return order_.front(); }

    void add(std::uint32_t item) { places_[item] = order_.insert(order_.end(), item); }

    void remove(std::uint32_t item) {
        auto place = places_.find(item);
        order_.erase(place->second);
        places_.erase(place);
    }

    void to_end(std::uint32_t item) { order_.splice(order_.end(), order_, places_.find(item)->second); }

private:
    std::list<std::uint32_t> order_;
    std::unordered_map<std::uint32_t, std::list<std::uint32_t>::iterator> places_;
};

// How often items were asked for of late: all counts are halved from time to time.
class Counts {
public:
    explicit Counts(std::size_t span) : span_(span) {}

    std::uint32_t of(std::uint32_t item) const {
        auto found = counts_.find(item);
        return found == counts_.end() ? 0 : found->second;
    }

    void add(std::uint32_t item) {
        counts_[item] += 1;
        if (++added_ < span_) {
            return;
        }
        added_ /= 2;
        for (auto entry = counts_.begin(); entry != counts_.end();) {
            entry->second /= 2;
            entry = entry->second == 0 ? counts_.erase(entry) : std::next(entry);
        }
    }

private:
    std::size_t span_;
    std::size_t added_ = 0;
    std::unordered_map<std::uint32_t, std::uint32_t> counts_;
};

// Kept items are on trial or proven; a tenth of the room is for those on trial.
class Shelf {
public:
    explicit Shelf(std::size_t room)
        : room_(room), trial_room_(std::max<std::size_t>(1, room / 10)) {}

    // Notes a request; returns whether the item is kept.
    bool asked(std::uint32_t item) {
        counts_.add(item);
        if (proven_.holds(item)) {
            proven_.to_end(item);
            return true;
        }
        if (trial_.holds(item)) {
            trial_.to_end(item);
            return true;
        }
        return false;
    }

    bool full() const { return trial_.size() + proven_.size() >= room_; }

    void add(std::uint32_t item) {
        trial_.add(item);
        if (trial_.size() > trial_room_) {
            proven_.add(take(trial_));
        }
    }

    // Chooses an item, takes it out and returns it.
    std::uint32_t remove_one() {
        if (trial_.size() < trial_room_ || proven_.size() == 0) {
            return take(proven_.size() == 0 ? trial_ : proven_);
        }
        std::uint32_t candidate = take(trial_);
        if (counts_.of(candidate) <= counts_.of(proven_.first())) {
            return candidate;
        }
        proven_.add(candidate);
        return take(proven_);
    }

private:
    static std::uint32_t take(Row& row) {
        std::uint32_t item = row.first();
        row.remove(item);
        return item;
    }

    std::size_t room_;
    std::size_t trial_room_;
    static Counts& shared() {
        static Counts counts(1000);
        return counts;
    }
    Counts& counts_ = shared();
    Row trial_;
    Row proven_;
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
