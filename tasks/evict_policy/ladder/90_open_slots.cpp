// Keeps items while they are asked for, in a table of open slots; the one that came first goes first.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace {

// A set of items in open slots; a removed one leaves its slot marked until the table is made anew.
class Table {
public:
    Table() : slots_(64, kFree) {}

    bool holds(std::uint32_t item) const { return slots_[place(item)] == item; }

    std::size_t size() const { return live_; }

    void insert(std::uint32_t item) {
        if (2 * (used_ + 1) > slots_.size()) {
            renew();
        }
        slots_[place(item)] = item;
        used_ += 1;
        live_ += 1;
    }

    void erase(std::uint32_t item) {
        slots_[place(item)] = kGone;
        live_ -= 1;
    }

private:
    static constexpr std::uint32_t kFree = 0xffffffff;
    static constexpr std::uint32_t kGone = 0xfffffffe;

    // The slot of an item, or the free one where the search for it ends.
    std::size_t place(std::uint32_t item) const {
        std::size_t at = (item * 0x9e3779b97f4a7c15ull >> 20) & (slots_.size() - 1);
        while (slots_[at] != item && slots_[at] != kFree) {
            at = (at + 1) & (slots_.size() - 1);
        }
        return at;
    }

    void renew() {
        std::vector<std::uint32_t> before(4 * live_ + 4 > slots_.size() ? 2 * slots_.size() : slots_.size(), kFree);
        before.swap(slots_);
        used_ = live_;
        for (std::uint32_t item : before) {
            if (item != kFree && item != kGone) {
                slots_[place(item)] = item;
            }
        }
    }

    std::vector<std::uint32_t> slots_;
    std::size_t used_ = 0;
    std::size_t live_ = 0;
};

// The kept items, in the order in which they came.
class Shelf {
public:
    explicit Shelf(std::size_t room) : room_(room) {}

    bool holds(std::uint32_t item) const { return kept_.holds(item); }

    bool full() const { return kept_.size() >= room_; }

    void add(std::uint32_t item) {
        order_.push_back(item);
        kept_.insert(item);
    }

    // Chooses an item, takes it out and returns it.
    std::uint32_t remove_one() {
        std::uint32_t item = order_.front();
        order_.pop_front();
        kept_.erase(item);
        return item;
    }

private:
    std::size_t room_;
    std::deque<std::uint32_t> order_;
    Table kept_;
};

}  // namespace

extern "C" void keep_items(Requests& requests, std::uint32_t room) {
    Shelf shelf(room);
    std::uint32_t item = 0;
    while (requests.next(item)) {
        if (shelf.holds(item)) {
            continue;
        }
        if (shelf.full()) {
            requests.drop(shelf.remove_one());
        }
        shelf.add(item);
    }
}
