// Wrong: The item that was just added goes in place of an earlier one.
// Keeps items while they are asked for; the one that was asked for longest ago goes first.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

namespace {

// The kept items, in the order in which they were last asked for.
class Shelf {
public:
    explicit Shelf(std::size_t room) : room_(room) {}

    // Notes a request; returns whether the item is kept.
    bool asked(std::uint32_t item) {
        auto place = places_.find(item);
        if (place == places_.end()) {
            return false;
        }
        order_.splice(order_.end(), order_, place->second);
        return true;
    }

    bool full() const { return order_.size() >= room_; }

    void add(std::uint32_t item) { places_[item] = order_.insert(order_.end(), item); }

    // Chooses an item, takes it out and returns it.
    std::uint32_t remove_one() {
        std::uint32_t item = order_.front();
        order_.pop_front();
        places_.erase(item);
        return item;
    }

private:
    std::size_t room_;
    std::list<std::uint32_t> order_;
    std::unordered_map<std::uint32_t, std::list<std::uint32_t>::iterator> places_;
};

}  // namespace

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    Shelf shelf(room);
    std::uint32_t item = 0;
    while (requests.next(item)) {
        if (shelf.asked(item)) {
            continue;
        }
        shelf.add(item);
        if (shelf.full()) {
            requests.drop(shelf.remove_one());
        }
    }
}
