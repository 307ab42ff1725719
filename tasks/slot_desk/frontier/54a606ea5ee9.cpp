// A desk that books places, days, seats and resources, one event after the other.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <immintrin.h>
#include <cstdint>
#include <bitset>
#include <utility>
#include <vector>

namespace {

// How many places of each slot are taken.
class Slots {
public:
    std::uint32_t take(std::uint32_t from) {
        while (from < kSlots && taken_[from] == kCapacity) ++from;
        if (from < kSlots) ++taken_[from];
        return from;
    }

    std::uint32_t cancel(std::uint32_t slot) {
        if (taken_[slot] > 0) --taken_[slot];
        return taken_[slot];
    }

private:
    std::array<std::uint8_t, kSlots> taken_{};
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
    __attribute__((target("avx512f"))) std::uint32_t join(std::uint32_t rank, int one = 1) {
        top_ = std::max(top_, rank);
        counts_[rank] += one;
        auto ahead = 0u;
        for (auto node = rank + kRanks; node > 15; node /= 16) {
            auto& block = ranks_[node / 16];
            ahead += block[node % 16];
            block = (__v16si)_mm512_mask_add_epi32((__m512i)block, (1 << node % 16) - 1, (__m512i)block, _mm512_set1_epi32(one));
        }
        return ahead;
    }

    std::uint32_t leave() {
        while (top_ && !counts_[top_]) --top_;
        join(top_, -1);
        return top_;
    }

private:
    __v16si ranks_[512]{};  // per lane: how many wait in the later lanes of the block
    std::uint32_t counts_[kRanks]{}, top_ = 0;  // nobody above top_ waits
};

struct alignas(32) Mask : std::bitset<kResources> {};

// The activities that go on, and what each one needs.
class Activities {
public:
    explicit Activities(const std::vector<Needs>& needs) {
        needs_.reserve(needs.size());
        for (auto& list : needs) {
            needs_.emplace_back();
            for (auto r : list) needs_.back().set(r);
        }
    }

    void start(std::uint32_t activity) { active_.push_back(activity); }

    void stop(std::uint32_t activity) {
        const auto found = std::find(active_.begin(), active_.end(), activity);
        if (found != active_.end()) active_.erase(found);
    }

    __attribute__((target("avx2"))) std::uint32_t clashes(std::uint32_t activity) const {
        std::uint32_t count = 0;
        for (const std::uint32_t other : active_) count += !_mm256_testz_si256((__m256i_u&)needs_[activity], (__m256i_u&)needs_[other]);
        return count;
    }

private:
    std::vector<Mask> needs_;
    std::vector<std::uint32_t> active_;
};

// Sessions of the whole season.
class Sessions {
public:
    explicit Sessions(const std::vector<Session>& sessions_) {
        std::uint32_t seats = 0;
        for (const Session& session : sessions_) {
            sums_[session.begin + 1] += session.seats;
            sums_[32769 - session.end] -= session.seats;
        }
        for (auto& sum : sums_) sum = seats += sum;
    }

    std::uint32_t reserved(std::uint32_t from, std::uint32_t to) const {
        return sums_[to] - sums_[32768 - from];
    }

private:
    std::uint32_t sums_[32770]{};  // seats by begin, then less seats by end backwards, as running sums
};

// Seats in rows of sixteen; all seats of a row are of one sort.
class Seats {
public:
    __attribute__((target("bmi2,popcnt"))) std::uint32_t sit(std::uint32_t ahead, std::uint32_t sort) {
        for (std::uint32_t seat = sort * 16; seat < kSeats; seat += 256) {
            auto& used = used_[sort][seat / 256];
            auto free = __builtin_popcountll(~used);
            if (ahead < free) {
                auto bit = _pdep_u64(1ull << ahead, ~used);
                used |= bit;
                return seat + _pdep_u32(__builtin_ctzll(bit), 207);
            }
            ahead -= free;
        }
        return kSeats;
    }

    std::uint32_t rise(std::uint32_t seat) {
        auto& used = used_[seat / 16 % kSorts][seat / 256];
        auto bit = used & 1ull << (seat / 64 % 4 * 16 + seat % 16);
        used ^= bit;
        return bit > 0;
    }

private:
    std::uint64_t used_[kSorts][32]{};  // a bit per seat of the sort, four rows per word
};

// The order of visits: by minute, then by room, then as they came.
std::uint32_t agenda(const std::vector<Visit>& visits, std::uint32_t first, std::uint32_t last) {
    std::vector<std::uint64_t> order;
    order.reserve(last - first + 1);
    for (std::uint32_t i = first; i <= last; ++i) {
        order.push_back((std::uint64_t{visits[i].minute} * kRooms + visits[i].room) << 32 | i);
    }
    std::sort(order.begin(), order.end());
    std::uint32_t sum = 0;
    for (const std::uint64_t visit : order) sum = sum * 31 + static_cast<std::uint32_t>(visit);
    return sum;
}

// The length of the longest common subsequence, by rows of bits over the letters of `left`.
std::uint32_t similarity(const Name& left, const Name& right) {
    std::uint64_t masks[32]{}, row = -1;
    for (std::uint32_t i = 0; i < left.size; ++i) masks[left.letters[i] & 31] |= 1ull << i;
    for (std::uint32_t j = 0; j < right.size; ++j) {
        const auto hit = row & masks[right.letters[j] & 31];
        row = (row + hit) | (row - hit);
    }
    return __builtin_popcountll(~row);
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
