// Keeps items while they are asked for; new ones are on trial, and what failed is remembered for a while.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

// Kept items are on trial or proven; a tenth of the room is for those on trial. Those that failed are remembered.
class Shelf {
public:
    explicit Shelf(std::size_t room) : room_(room), trial_room_(std::max<std::size_t>(1, room / 10)) {}

    // Notes a request; returns whether the item is kept.
    bool asked(std::uint32_t item) {
        if (proven_.holds(item)) {
            proven_.to_end(item);
            return true;
        }
        if (trial_.holds(item)) {
            trial_.remove(item);
            proven_.add(item);
            return true;
        }
        return false;
    }

    bool full() const { return trial_.size() + proven_.size() >= room_; }

    void add(std::uint32_t item) {
        if (failed_.holds(item)) {
            failed_.remove(item);
            proven_.add(item);
        } else {
            trial_.add(item);
        }
    }

    // Chooses an item, takes it out and returns it.
    std::uint32_t remove_one() {
        if (trial_.size() < trial_room_ && proven_.size() > 0) {
            return take(proven_);
        }
        std::uint32_t item = take(trial_);
        failed_.add(item);
        if (failed_.size() > 2 * room_) {
            take(failed_);
        }
        return item;
    }

private:
    static std::uint32_t take(Row& row) {
        std::uint32_t item = row.first();
        row.remove(item);
        return item;
    }

    std::size_t room_;
    std::size_t trial_room_;
    Row trial_;
    Row proven_;
    Row failed_;
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
