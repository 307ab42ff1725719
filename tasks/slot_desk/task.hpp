// What the program provides: run_desk(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// What happens at the desk. `a` and `b` are the values of an event, `=` is its answer (0 where none is named).
enum Kind : std::uint32_t {
    kTake,       // a place in the first open slot from slot a on = the slot, kSlots where none is open
    kCancel,     // a place of slot a comes back = how many places are taken still
    kBook,       // one more booking for day a
    kDrop,       // one less for day a, if it has any
    kBusiest,    // of the days a to b = the first one that has the most bookings
    kHold,       // ticket a is held until minute b
    kRelease,    // ticket a is no longer held = 1 if it was, or else 0
    kExpire,     // it is minute a: holds until a or earlier are over = the sum of their tickets
    kJoin,       // someone of rank a waits = how many who wait have a greater rank
    kLeave,      // the greatest rank waits no longer = that rank, 0 where nobody waits
    kStart,      // activity a begins; it may go on several times at once
    kStop,       // activity a ends once, if it goes on
    kClashes,    // = how many activities that go on need a resource of activity a
    kReserved,   // = the seats of all sessions that overlap the time from a to b
    kSit,        // the free seat of sort b that a free ones of that sort precede = the seat, kSeats where none
    kRise,       // seat a is free again = 1 if it was taken, or else 0
    kAgenda,     // visits a to b in order = a checksum of the order
    kSimilar,    // = the length of the longest common subsequence of the names a and b
};

constexpr std::uint32_t kSlots = 2048;
constexpr std::uint32_t kCapacity = 2;  // places of a slot
constexpr std::uint32_t kDays = 4096;
constexpr std::uint32_t kMinutes = 4096;   // of holds
constexpr std::uint32_t kSeason = 16384;   // of sessions
constexpr std::uint32_t kOpening = 1440;   // of visits
constexpr std::uint32_t kRooms = 32;
constexpr std::uint32_t kTickets = 4096;
constexpr std::uint32_t kRanks = 4096;
constexpr std::uint32_t kResources = 256;
constexpr std::uint32_t kSeats = 8192;
constexpr std::uint32_t kSorts = 4;

struct Event {
    Kind kind;
    std::uint32_t a;
    std::uint32_t b;
};

// From `begin` to `end`, which is not part of it; `begin` is less than `end`.
struct Session {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t seats;
};

struct Visit {
    std::uint16_t minute;
    std::uint16_t room;
};

// Different resources in rising order.
using Needs = std::vector<std::uint32_t>;

// Up to 63 letters, 'a' to 'z'.
struct Name {
    std::uint32_t size;
    char letters[64];
};

// What is known before the first event.
struct Register {
    std::vector<Needs> activities;
    std::vector<Session> sessions;
    std::vector<Visit> visits;
    std::vector<Name> names;
};

// Writes answers[i] for events[i].
extern "C" void run_desk(const Register& known, const Event* events, std::size_t count, std::uint32_t* answers);
