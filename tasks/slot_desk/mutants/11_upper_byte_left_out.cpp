// Wrong: Visits are ordered by the lower byte only.
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
    Slots() { open_.fill(UINT64_MAX); }

    std::uint32_t take(std::uint32_t from) {
        std::uint64_t bits = from < kSlots ? open_[from / 64] >> from % 64 << from % 64 : 0;
        while (bits == 0 && (from = (from | 63) + 1) < kSlots) bits = open_[from / 64];
        if (bits == 0) return kSlots;
        const auto slot = from / 64 * 64 + static_cast<std::uint32_t>(__builtin_ctzll(bits));
        if (++taken_[slot] == kCapacity) open_[slot / 64] ^= bits & -bits;
        return slot;
    }

    std::uint32_t cancel(std::uint32_t slot) {
        open_[slot / 64] |= 1ULL << slot % 64;
        if (taken_[slot] > 0) --taken_[slot];
        return taken_[slot];
    }

private:
    std::array<std::uint64_t, kSlots / 64> open_;
    std::array<std::uint8_t, kSlots> taken_{};
};

// How many bookings each day has.
class Days {
public:
    void book(std::uint32_t day) { most_[day / 32] = std::max(most_[day / 32], ++bookings_[day]); }

    void drop(std::uint32_t day) {
        if (bookings_[day] == 0) return;
        const auto week = bookings_.begin() + day / 32 * 32;
        if (bookings_[day]-- == most_[day / 32]) most_[day / 32] = *std::max_element(week, week + 32);
    }

    std::uint32_t busiest(std::uint32_t first, std::uint32_t last) const {
        std::uint32_t best = first;
        for (std::uint32_t day = first; day <= last; ++day) {
            while (day % 32 == 0 && most_[day / 32] <= bookings_[best] && day + 32 <= last) day += 32;
            if (bookings_[day] > bookings_[best]) best = day;
        }
        return best;
    }

private:
    std::array<std::uint32_t, kDays> bookings_{};
    std::array<std::uint32_t, kDays / 32> most_{};
};

// Tickets that are held until a minute.
class Holds {
public:
    void hold(std::uint32_t ticket, std::uint32_t until) {
        until_[ticket] = until;
        due_[until].push_back(ticket);
    }

    std::uint32_t release(std::uint32_t ticket) { return std::exchange(until_[ticket], UINT32_MAX) != UINT32_MAX; }

    std::uint32_t expire(std::uint32_t now) {
        std::uint32_t sum = 0;
        for (; now_ <= now; ++now_) {
            for (const std::uint32_t ticket : due_[now_]) {
                if (until_[ticket] == now_) sum += release(ticket) * ticket;
            }
        }
        return sum;
    }

private:
    std::vector<std::uint32_t> until_ = std::vector<std::uint32_t>(kTickets, UINT32_MAX);
    std::vector<std::vector<std::uint32_t>> due_ = std::vector<std::vector<std::uint32_t>>(kMinutes);
    std::uint32_t now_ = 0;
};

// The ranks of those who wait, in rising order.
class Waiting {
public:
    std::uint32_t join(std::uint32_t rank) {
        top_ = std::max(top_, rank);
        ++count_[rank];
        for (std::uint32_t at = rank + 1; at <= kRanks; at += at & -at) ++sums_[at];
        std::uint32_t ahead = ++size_;
        for (std::uint32_t at = rank + 1; at > 0; at &= at - 1) ahead -= sums_[at];
        return ahead;
    }

    std::uint32_t leave() {
        if (size_ == 0) return 0;
        --size_;
        while (count_[top_] == 0) --top_;
        --count_[top_];
        for (std::uint32_t at = top_ + 1; at <= kRanks; at += at & -at) --sums_[at];
        return top_;
    }

private:
    std::array<std::uint32_t, kRanks> count_{};
    std::array<std::uint32_t, kRanks + 1> sums_{};  // of count_, as a tree
    std::uint32_t size_ = 0;
    std::uint32_t top_ = 0;
};

// The activities that go on, and what each one needs.
class Activities {
public:
    explicit Activities(const std::vector<Needs>& needs) : masks_(needs.size()) {
        for (std::size_t i = 0; i < needs.size(); ++i) {
            for (const std::uint32_t need : needs[i]) masks_[i][need / 64] |= 1ULL << need % 64;
        }
    }

    void start(std::uint32_t activity) { active_.push_back(activity); }

    void stop(std::uint32_t activity) {
        const auto found = std::find(active_.begin(), active_.end(), activity);
        if (found != active_.end()) active_.erase(found);
    }

    std::uint32_t clashes(std::uint32_t activity) const {
        std::uint32_t count = 0;
        for (const std::uint32_t other : active_) count += share(masks_[activity], masks_[other]);
        return count;
    }

private:
    using Mask = std::array<std::uint64_t, kResources / 64>;

    static bool share(const Mask& left, const Mask& right) {
        std::uint64_t both = 0;
        for (std::size_t i = 0; i < left.size(); ++i) both |= left[i] & right[i];
        return both != 0;
    }

    std::vector<Mask> masks_;
    std::vector<std::uint32_t> active_;
};

// Sessions of the whole season.
class Sessions {
public:
    explicit Sessions(const std::vector<Session>& sessions) {
        for (const Session& session : sessions) {
            begun_[session.begin + 1] += session.seats;
            ended_[session.end] += session.seats;
        }
        std::partial_sum(begun_.begin(), begun_.end(), begun_.begin());
        std::partial_sum(ended_.begin(), ended_.end(), ended_.begin());
    }

    std::uint32_t reserved(std::uint32_t from, std::uint32_t to) const { return begun_[to] - ended_[from]; }

private:
    std::array<std::uint32_t, kSeason + 1> begun_{};  // seats of the sessions that begin before a minute
    std::array<std::uint32_t, kSeason + 1> ended_{};  // seats of those that end by it
};

// Seats in rows of sixteen; all seats of a row are of one sort.
class Seats {
public:
    std::uint32_t sit(std::uint32_t ahead, std::uint32_t sort) {
        std::uint32_t first = 0;
        for (; first < kSeats; first += 256) {
            if (ahead < 64 - taken_of_[sort][first / 256]) break;
            ahead -= 64 - taken_of_[sort][first / 256];
        }
        for (std::uint32_t seat = first; seat < kSeats; ++seat) {
            if (seat / 16 % kSorts == sort && !taken_[seat] && ahead-- == 0) {
                taken_[seat] = true;
                ++taken_of_[sort][seat / 256];
                return seat;
            }
        }
        return kSeats;
    }

    std::uint32_t rise(std::uint32_t seat) {
        taken_of_[seat / 16 % kSorts][seat / 256] -= taken_[seat];
        return std::exchange(taken_[seat], false);
    }

private:
    std::array<bool, kSeats> taken_{};
    std::array<std::array<std::uint32_t, kSeats / 256>, kSorts> taken_of_{};
};

// The order of visits: by minute, then by room, then as they came.
std::uint32_t agenda(const std::vector<Visit>& visits, std::uint32_t first, std::uint32_t last) {
    std::vector<std::uint64_t> order, sorted(last - first + 1);
    for (std::uint32_t i = first; i <= last; ++i) {
        order.push_back((std::uint64_t{visits[i].minute} * kRooms + visits[i].room) << 32 | i);
    }
    for (std::uint32_t shift = 32; shift < 40; shift += 8) {
        std::array<std::uint32_t, 257> start{};
        for (const std::uint64_t visit : order) ++start[(visit >> shift & 255) + 1];
        std::partial_sum(start.begin(), start.end(), start.begin());
        for (const std::uint64_t visit : order) sorted[start[visit >> shift & 255]++] = visit;
        order.swap(sorted);
    }
    std::uint32_t sum = 0;
    for (const std::uint64_t visit : order) sum = sum * 31 + static_cast<std::uint32_t>(visit);
    return sum;
}

// The length of the longest common subsequence, by rows over the letters of `left`.
std::uint32_t similarity(const Name& left, const Name& right) {
    std::array<std::uint32_t, 65> longest{};
    for (std::uint32_t i = 0; i < left.size; ++i) {
        std::uint32_t before = 0;
        for (std::uint32_t j = 0; j < right.size; ++j) {
            const std::uint32_t above = longest[j + 1];
            longest[j + 1] = left.letters[i] == right.letters[j] ? before + 1 : std::max(above, longest[j]);
            before = above;
        }
    }
    return longest[right.size];
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
