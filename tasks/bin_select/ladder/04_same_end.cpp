// Puts pieces into bins: into the tightest one that is expected to be in use about as long as the piece stays, then
// into one that is not in use.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace {

struct Bin {
    std::uint32_t left;    // the room that no piece has taken since the bin was last empty
    std::uint32_t pieces;  // that are in it now
    double end;            // when its last piece is expected to leave
};

// How long pieces stay, in events: by label, and on the whole while a label is not known.
class Stays {
public:
    double usual(std::uint32_t label) const {
        auto found = labels_.find(label);
        return found == labels_.end() ? all_.mean : found->second.mean;
    }

    void note(std::uint32_t label, double stay) {
        all_.add(stay, 1e9);
        labels_[label].add(stay, 20);
    }

private:
    struct Mean {
        // Adds a value; the mean forgets those more than about `most` values back.
        void add(double value, double most) {
            count = count < most ? count + 1 : most;
            mean += (value - mean) / count;
        }

        double mean = 0;
        double count = 0;
    };

    Mean all_;
    std::unordered_map<std::uint32_t, Mean> labels_;
};

class Bins {
public:
    explicit Bins(std::uint32_t room) : room_(room) {}

    // Puts a piece into a bin and returns the bin's number.
    std::uint32_t add(const Event& event) {
        now_ += 1;
        std::uint32_t bin = choose(event);
        double end = static_cast<double>(now_) + stays_.usual(event.label);
        bins_[bin].end = bins_[bin].pieces == 0 ? end : std::max(bins_[bin].end, end);
        bins_[bin].left -= event.size;
        bins_[bin].pieces += 1;
        places_[event.piece] = {bin, now_};
        return bin;
    }

    void remove(const Event& event) {
        now_ += 1;
        auto place = places_.find(event.piece);
        stays_.note(event.label, static_cast<double>(now_ - place->second.since));
        Bin& bin = bins_[place->second.bin];
        bin.pieces -= 1;
        if (bin.pieces == 0) {
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
            bins_.push_back({room_, 0, 0});
        }
        return static_cast<std::uint32_t>(bin);
    }

    bool suits(const Bin& bin, const Event& event) const {
        return bin.left >= event.size && alike(std::max(1.0, bin.end - static_cast<double>(now_)), stays_.usual(event.label));
    }

    static bool alike(double a, double b) { return a <= 1.6 * b && b <= 1.6 * a; }

    std::uint32_t room_;
    std::vector<Bin> bins_;
    struct Place {
        std::uint32_t bin;
        std::uint64_t since;
    };

    std::uint64_t now_ = 0;
    Stays stays_;
    std::unordered_map<std::uint32_t, Place> places_;  // by piece
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
