// Wrong: A piece is put somewhere when it leaves.
// Puts pieces into bins: into the latest one while there is room, then into a new one.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace {

struct Bin {
    std::uint32_t left;    // the room that no piece has taken since the bin was last empty
    std::uint32_t pieces;  // that are in it now
};

class Bins {
public:
    explicit Bins(std::uint32_t room) : room_(room) {}

    // Puts a piece into a bin and returns the bin's number.
    std::uint32_t add(const Event& event) {
        std::uint32_t bin = choose(event);
        bins_[bin].left -= event.size;
        bins_[bin].pieces += 1;
        places_[event.piece] = bin;
        return bin;
    }

    void remove(const Event& event) {
        auto place = places_.find(event.piece);
        Bin& bin = bins_[place->second];
        bin.pieces -= 1;
        if (bin.pieces == 0) {
            bin.left = room_;
        }
        places_.erase(place);
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
    std::unordered_map<std::uint32_t, std::uint32_t> places_;  // by piece: its bin
};

}  // namespace

extern "C" void place_pieces(Events& events, std::uint32_t room) {
    Bins bins(room);
    Event event{};
    while (events.next(event)) {
        if (event.leaves) {
            bins.remove(event);
            events.put(0);
        } else {
            events.put(bins.add(event));
        }
    }
}
