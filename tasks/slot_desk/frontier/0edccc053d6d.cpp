// A desk that books places, days, seats and resources, one event after the other.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace {

// How many places of each slot are taken.
class Slots {
public:
    std::uint32_t take(std::uint32_t from) {
        from += __builtin_strlen(&full_[from]);
        if (from < kSlots) full_[from] = std::exchange(taken_[from], 1);
        return from;
    }

    std::uint32_t cancel(std::uint32_t slot) {
        return taken_[slot] = std::exchange(full_[slot], 0);
    }

private:
    // Whether one place of a slot is taken, and whether both are; the end counts as not full.
    std::array<char, kSlots + 1> taken_{}, full_{};
};

// How many bookings each day has.
class Days {
public:
    void book(std::uint32_t day) { ++bookings_[day]; }

    void drop(std::uint32_t day) {
        if (bookings_[day] > 0) --bookings_[day];
    }

    std::uint32_t busiest(std::uint32_t first, std::uint32_t last) const {
        std::uint32_t best = first;
        for (std::uint32_t day = first; day <= last; ++day) {
            if (bookings_[day] > bookings_[best]) best = day;
        }
        return best;
    }

private:
    std::array<std::uint32_t, kDays> bookings_{};
};

// Tickets that are held until a minute.
class Holds {
public:
    void hold(std::uint32_t ticket, std::uint32_t until) {
        holds_.push_back({until, ticket});
        next_ = std::min(next_, until);
    }

    std::uint32_t release(std::uint32_t ticket) {
        const auto same = [&](const Hold& hold) { return hold.ticket == ticket; };
        const auto found = std::find_if(holds_.begin(), holds_.end(), same);
        if (found == holds_.end()) return 0;
        *found = holds_.back();
        holds_.pop_back();
        return 1;
    }

    std::uint32_t expire(std::uint32_t now) {
        if (now < next_) return 0;
        std::uint32_t sum = 0;
        std::size_t kept = 0;
        next_ = UINT32_MAX;
        for (const Hold& hold : holds_) {
            if (hold.until <= now) {
                sum += hold.ticket;
            } else {
                next_ = std::min(next_, hold.until);
                holds_[kept++] = hold;
            }
        }
        holds_.resize(kept);
        return sum;
    }

private:
    struct Hold {
        std::uint32_t until;
        std::uint32_t ticket;
    };
    std::vector<Hold> holds_;
    std::uint32_t next_ = UINT32_MAX;  // no hold is over before
};

// The ranks of those who wait, in rising order.
class Waiting {
public:
    std::uint32_t join(std::uint32_t rank) {
        const auto place = std::upper_bound(ranks_.begin(), ranks_.end(), rank);
        const auto ahead = static_cast<std::uint32_t>(ranks_.end() - place);
        ranks_.insert(place, rank);
        return ahead;
    }

    std::uint32_t leave() {
        if (ranks_.empty()) return 0;
        const std::uint32_t rank = ranks_.back();
        ranks_.pop_back();
        return rank;
    }

private:
    std::vector<std::uint32_t> ranks_;
};

// The activities that go on, and what each one needs.
class Activities {
public:
    explicit Activities(const std::vector<Needs>& needs) : needs_(needs) {}

    void start(std::uint32_t activity) { active_.push_back(activity); }

    void stop(std::uint32_t activity) {
        const auto found = std::find(active_.begin(), active_.end(), activity);
        if (found != active_.end()) active_.erase(found);
    }

    std::uint32_t clashes(std::uint32_t activity) const {
        std::uint32_t count = 0;
        for (const std::uint32_t other : active_) count += share(needs_[activity], needs_[other]);
        return count;
    }

private:
    static bool share(const Needs& left, const Needs& right) {
        auto a = left.begin();
        auto b = right.begin();
        while (a != left.end() && b != right.end()) {
            if (*a == *b) return true;
            if (*a < *b) ++a;
            else ++b;
        }
        return false;
    }

    const std::vector<Needs>& needs_;
    std::vector<std::uint32_t> active_;
};

// Sessions of the whole season.
class Sessions {
public:
    explicit Sessions(const std::vector<Session>& sessions) : sessions_(sessions) {}

    std::uint32_t reserved(std::uint32_t from, std::uint32_t to) const {
        std::uint32_t seats = 0;
        for (const Session& session : sessions_) {
            seats += (session.begin < to & session.end > from) * session.seats;
        }
        return seats;
    }

private:
    const std::vector<Session>& sessions_;
};

// Seats in rows of sixteen; all seats of a row are of one sort.
class Seats {
public:
    std::uint32_t sit(std::uint32_t ahead, std::uint32_t sort) {
        for (std::uint32_t seat = sort * 16; seat < kSeats; seat += 64) {
            char& full = taken_[kSeats + seat / 16];
            if (ahead < 16u - full) {
                ++full;
                while ((ahead -= !taken_[seat]) != UINT32_MAX) ++seat;
                taken_[seat] = true;
                return seat;
            }
            ahead -= 16 - full;
        }
        return kSeats;
    }

    std::uint32_t rise(std::uint32_t seat) {
        taken_[kSeats + seat / 16] -= taken_[seat];
        return std::exchange(taken_[seat], false);
    }

private:
    // The seats, and behind them how many seats of each row are taken.
    std::array<char, kSeats * 2> taken_{};
};

// The order of visits: by minute, then by room, then as they came.
// Two stable counting passes over the key of 16 bits; the second one only tells the place of each visit, and so the
// power of 31 it is multiplied with.
std::vector<std::uint64_t> order, sorted;
std::vector<std::uint32_t> powers{1};
std::uint32_t agenda(const std::vector<Visit>& visits, std::uint32_t first, std::uint32_t last) {
    while (powers.size() <= last - first) powers.push_back(powers.back() * 31);
    std::array<std::uint32_t, 513> starts{};
    order.resize(last - first + 1);
    for (std::uint32_t i = first; i <= last; ++i) {
        const std::uint64_t visit = (std::uint64_t{visits[i].minute} * kRooms + visits[i].room) << 32 | i;
        order[i - first] = visit;
        ++starts[(visit >> 32 & 255) + 1];
        ++starts[(visit >> 40) + 257];
    }
    sorted.resize(order.size());
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    for (const std::uint64_t visit : order) sorted[starts[visit >> 32 & 255]++] = visit;
    std::uint32_t sum = 0;
    for (const std::uint64_t visit : sorted) sum += visit * powers[order.size() * 2 - 1 - starts[(visit >> 40) + 256]++];
    return sum;
}

// The length of the longest common subsequence, by rows over the letters of `left`.
std::uint32_t similarity(const Name& left, const Name& right) {
    std::array<std::uint64_t, 32> longest{};
    for (std::uint32_t i = 0; i < left.size; ++i)
        longest[left.letters[i] & 31] |= 1ull << i;
    std::uint64_t before = -1;
    for (std::uint32_t j = 0; j < right.size; ++j) {
        const std::uint64_t above = before & longest[right.letters[j] & 31];
        before = before + above | before - above;
    }
    return __builtin_popcountll(~before);
}

struct Desk {
    Slots slots;
    Days days;
    Holds holds;
    Waiting waiting;
    Activities activities;
    Sessions sessions;
    Seats seats;
};

std::uint32_t answer(Desk& desk, const Register& known, const Event& event) {
    switch (event.kind) {
        case kTake: return desk.slots.take(event.a);
        case kCancel: return desk.slots.cancel(event.a);
        case kBook: return desk.days.book(event.a), 0;
        case kDrop: return desk.days.drop(event.a), 0;
        case kBusiest: return desk.days.busiest(event.a, event.b);
        case kHold: return desk.holds.hold(event.a, event.b), 0;
        case kRelease: return desk.holds.release(event.a);
        case kExpire: return desk.holds.expire(event.a);
        case kJoin: return desk.waiting.join(event.a);
        case kLeave: return desk.waiting.leave();
        case kStart: return desk.activities.start(event.a), 0;
        case kStop: return desk.activities.stop(event.a), 0;
        case kClashes: return desk.activities.clashes(event.a);
        case kReserved: return desk.sessions.reserved(event.a, event.b);
        case kSit: return desk.seats.sit(event.a, event.b);
        case kRise: return desk.seats.rise(event.a);
        case kAgenda: return agenda(known.visits, event.a, event.b);
        default: return similarity(known.names[event.a], known.names[event.b]);
    }
}

}  // namespace

extern "C" void run_desk(const Register& known, const Event* events, std::size_t count, std::uint32_t* answers) {
    Desk desk{{}, {}, {}, {}, Activities(known.activities), Sessions(known.sessions), {}};
    for (std::size_t i = 0; i < count; ++i) answers[i] = answer(desk, known, events[i]);
}
