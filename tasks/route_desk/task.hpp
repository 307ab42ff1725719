// What the program provides: answer_questions(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// A road between two different places, used both ways; two places have at most one.
struct Road {
    std::uint16_t from;
    std::uint16_t to;
    std::uint16_t length;
};

// Places have the numbers from 0 on; there are fewer than 2^16 places.
struct Network {
    std::size_t place_count;
    std::size_t road_count;
    const Road* roads;  // in any order

    // The neighbours of a place p, in ascending order, and the lengths of the roads to them: those
    // at starts[p] and after, up to and without starts[p + 1].
    const std::uint32_t* starts;
    const std::uint16_t* neighbours;
    const std::uint16_t* lengths;

    // A tree of all places, which has nothing to do with the roads; its root is place 0. The parent
    // of any other place has a smaller number; parents[0] is 0. The children of a place p, in
    // ascending order: those at child_starts[p] and after, up to and without child_starts[p + 1].
    const std::uint16_t* parents;
    const std::uint32_t* child_starts;
    const std::uint16_t* children;

    const std::uint8_t* grades;  // of each place
};

// The answer where there is no way.
constexpr std::uint64_t kNoWay = 65536;

// What is asked of the places, or of the rows of roads, `first` and `last`.
enum Kind : std::uint32_t {
    kCommon,     // how many neighbours the places first and last have in common
    kHops,       // how many places can be reached from first over at most `limit` roads, itself included
    kMeeting,    // the first place that the ways from first and last to the root have in common
    kNarrowest,  // the least length such that roads of at most this length lead from first to last:
                 // 0 if they are the same, kNoWay if no roads lead there
    kNearest,    // the least number of roads from first to a place of grade `limit`, 0 if it is one;
                 // kNoWay if none can be reached
    kClosed,     // how many groups of places that reach one another are left without the roads in rows
                 // [first, last)
    kInside,     // how many roads have both ends among the places [first, last)
    kBelow,      // the sum of the grades of the places at most `limit` steps below first, itself included
    kAlike,      // how many places are below first, itself included, if the tree below it has the same
                 // form as the one below last, children compared in their order; 0 if not
    kLongest,    // the sum, over all places, of the length of the longest of its roads shorter than
                 // `limit`, if any
    kKinds,
};

struct Question {
    std::uint32_t kind;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t limit;
};

// Writes answers[i] for questions[i].
extern "C" void answer_questions(const Network& network, const Question* questions, std::size_t count,
                                 std::uint64_t* answers);
