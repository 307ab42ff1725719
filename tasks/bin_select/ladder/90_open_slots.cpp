// Puts pieces into bins: into the latest one while there is room, then into a new one.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

struct Bin {
    std::uint32_t left;    // the room that no piece has taken since the bin was last empty
    std::uint32_t pieces;  // that are in it now
};

// A map from pieces to bins in open slots; what leaves makes the following ones move up.
class Places {
public:
    Places() : slots_(64, Slot{0, kFree}) {}

    void set(std::uint32_t piece, std::uint32_t bin) {
        if (2 * (count_ + 1) > slots_.size()) {
            grow();
        }
        slots_[find(piece)] = {piece, bin};
        count_ += 1;
    }

    // Takes a piece out and returns its bin.
    std::uint32_t take(std::uint32_t piece) {
        std::size_t hole = find(piece);
        const std::uint32_t bin = slots_[hole].bin;
        for (std::size_t at = next(hole); slots_[at].bin != kFree; at = next(at)) {
            if (((at - home(slots_[at].piece)) & mask()) >= ((at - hole) & mask())) {
                slots_[hole] = slots_[at];
                hole = at;
            }
        }
        slots_[hole].bin = kFree;
        count_ -= 1;
        return bin;
    }

private:
    struct Slot {
        std::uint32_t piece;
        std::uint32_t bin;
    };
    static constexpr std::uint32_t kFree = 0xffffffff;

    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t home(std::uint32_t piece) const { return (piece * 0x9e3779b97f4a7c15ull >> 24) & mask(); }
    std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

    std::size_t find(std::uint32_t piece) const {
        std::size_t at = home(piece);
        while (slots_[at].bin != kFree && slots_[at].piece != piece) {
            at = next(at);
        }
        return at;
    }

    void grow() {
        std::vector<Slot> before(2 * slots_.size(), Slot{0, kFree});
        before.swap(slots_);
        for (const Slot& slot : before) {
            if (slot.bin != kFree) {
                slots_[find(slot.piece)] = slot;
            }
        }
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

class Bins {
public:
    explicit Bins(std::uint32_t room) : room_(room) {}

    // Puts a piece into a bin and returns the bin's number.
    std::uint32_t add(const Event& event) {
        std::uint32_t bin = choose(event);
        bins_[bin].left -= event.size;
        bins_[bin].pieces += 1;
        places_.set(event.piece, bin);
        return bin;
    }

    void remove(const Event& event) {
        Bin& bin = bins_[places_.take(event.piece)];
        bin.pieces -= 1;
        if (bin.pieces == 0) {
            bin.left = room_;
        }
    }

private:
    std::uint32_t choose(const Event& event) {
        if (bins_.empty() || bins_.back().left < event.size) {
            bins_.push_back({room_, 0});
        }
        return static_cast<std::uint32_t>(bins_.size() - 1);
    }

    std::uint32_t room_;
    std::vector<Bin> bins_;
    Places places_;
};

}  // namespace

extern "C" void place_pieces(Events& events, std::uint32_t room) {
    Bins bins(room);
    Event event{};
    while (events.next(event)) {
        if (event.leaves) {
            bins.remove(event);
        } else {
            events.put(bins.add(event));
        }
    }
}
