// Keeps items while they are asked for; the one that came first goes first.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_set>

namespace {

// The kept items, in the order in which they came.
class Shelf {
public:
    explicit Shelf(std::size_t room) : room_(room) {}

    bool holds(std::uint32_t item) const { return kept_.count(item) != 0; }

    bool full() const { return kept_.size() >= room_; }

    void add(std::uint32_t item) {
        order_.push_back(item);
        kept_.insert(item);
    }

    // Chooses an item, takes it out and returns it.
    std::uint32_t remove_one() {
        const std::uint32_t item = order_.front();
        order_.pop_front();
        kept_.erase(item);
        return item;
    }

private:
    const std::size_t room_;
    std::deque<std::uint32_t> order_;
    std::unordered_set<std::uint32_t> kept_;
};

}  // namespace

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    Shelf shelf(room);
    for (std::uint32_t item = 0; requests.next(item);) {
        const bool known = shelf.holds(item);
        if (!known && shelf.full()) {
            const std::uint32_t gone = shelf.remove_one();
            requests.drop(gone);
        }
        if (!known) {
            shelf.add(item);
        }
    }
}
