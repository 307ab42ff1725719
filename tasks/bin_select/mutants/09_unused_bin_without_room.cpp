// Wrong: An empty bin is taken for as full as it was.
// Puts pieces into bins: into the one in use with the least room that is enough, then into one that is not in use.
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
        if (bin.pieces == 0 && bin.left == 0) {
            bin.left = room_;
        }
        places_.erase(place);
    }

private:
    std::uint32_t choose(const Event& event) {
        std::size_t tightest = bins_.size();
        std::size_t unused = bins_.size();
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            if (bins_[i].pieces == 0) {
                unused = i;
            } else if (suits(bins_[i], event) && (tightest == bins_.size() || bins_[i].left < bins_[tightest].left)) {
                tightest = i;
            }
        }
        std::size_t bin = tightest != bins_.size() ? tightest : unused;
        if (bin == bins_.size()) {
            bins_.push_back({room_, 0});
        }
        return static_cast<std::uint32_t>(bin);
    }

    bool suits(const Bin& bin, const Event& event) const { return bin.left >= event.size; }

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
        } else {
            events.put(bins.add(event));
        }
    }
}
