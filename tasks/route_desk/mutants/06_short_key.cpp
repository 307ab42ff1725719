// Wrong: only the low byte of a length orders the roads.
// Questions about places, the roads between them, and a tree of places.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

namespace {

struct Asked {
    Question question;
    std::uint64_t* answer;
};

// A part of a list of places.
struct Places {
    const std::uint16_t* first;
    const std::uint16_t* last;

    const std::uint16_t* begin() const { return first; }
    const std::uint16_t* end() const { return last; }
    std::size_t size() const { return static_cast<std::size_t>(last - first); }
};

Places neighbours_of(const Network& network, std::size_t place) {
    return {network.neighbours + network.starts[place], network.neighbours + network.starts[place + 1]};
}

Places children_of(const Network& network, std::size_t place) {
    return {network.children + network.child_starts[place], network.children + network.child_starts[place + 1]};
}

// Places in groups, at first one each.
class Groups {
public:
    explicit Groups(std::size_t count) : above_(count) { std::iota(above_.begin(), above_.end(), 0); }

    // Puts the groups of two places together, unless they are one.
    bool join(std::uint32_t one, std::uint32_t other) {
        one = top(one);
        other = top(other);
        above_[std::max(one, other)] = std::min(one, other);
        return one != other;
    }

private:
    std::uint32_t top(std::uint32_t place) {
        while (above_[place] != place) {
            above_[place] = above_[above_[place]];
            place = above_[place];
        }
        return place;
    }

    std::vector<std::uint32_t> above_;
};

// The number of neighbours that two places have in common.
void count_common(const Network& network, const std::vector<Asked>& asked) {
    std::vector<char> marks(network.place_count);
    for (const Asked& each : asked) {
        const Places neighbours = neighbours_of(network, each.question.first);
        for (const std::uint16_t place : neighbours) {
            marks[place] = 1;
        }
        std::uint64_t count = 0;
        for (const std::uint16_t place : neighbours_of(network, each.question.last)) {
            count += marks[place];
        }
        for (const std::uint16_t place : neighbours) {
            marks[place] = 0;
        }
        *each.answer = count;
    }
}

// The number of places that can be reached over at most so many roads.
void count_reached(const Network& network, const std::vector<Asked>& asked) {
    std::vector<char> seen;
    std::vector<std::uint32_t> reached;
    for (const Asked& each : asked) {
        seen.assign(network.place_count, 0);
        seen[each.question.first] = 1;
        reached.assign(1, each.question.first);
        std::size_t next = 0;
        for (std::uint32_t hops = 0; hops < each.question.limit && next < reached.size(); ++hops) {
            for (const std::size_t end = reached.size(); next < end; ++next) {
                for (const std::uint16_t place : neighbours_of(network, reached[next])) {
                    if (seen[place]) continue;
                    seen[place] = 1;
                    reached.push_back(place);
                }
            }
        }
        *each.answer = reached.size();
    }
}

// The first place that two ways to the root have in common.
void find_meeting(const Network& network, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        std::uint32_t one = each.question.first;
        std::uint32_t other = each.question.last;
        while (one != other) {
            if (one > other) {
                one = network.parents[one];
            } else {
                other = network.parents[other];
            }
        }
        *each.answer = one;
    }
}

// The least length such that roads of at most this length lead from one place to the other.
void find_narrowest(const Network& network, const std::vector<Asked>& asked) {
    using Entry = std::pair<std::uint16_t, std::uint16_t>;
    std::vector<char> seen;
    for (const Asked& each : asked) {
        std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
        std::uint64_t longest = 0;
        seen.assign(network.place_count, 0);
        open.push({0, each.question.first});
        *each.answer = kNoWay;
        while (!open.empty()) {
            const auto [length, place] = open.top();
            open.pop();
            if (seen[place]) continue;
            seen[place] = 1;
            longest = std::max<std::uint64_t>(longest, length);
            if (place == each.question.last) {
                *each.answer = longest;
                break;
            }
            for (std::size_t i = network.starts[place]; i < network.starts[place + 1]; ++i) {
                const std::uint16_t next = network.neighbours[i];
                if (!seen[next]) open.push({network.lengths[i] & 255, next});
            }
        }
    }
}

// The least number of roads from a place to one of a grade.
void find_nearest(const Network& network, const std::vector<Asked>& asked) {
    std::vector<std::uint64_t> hops;
    std::vector<std::uint32_t> reached;
    for (const Asked& each : asked) {
        hops.assign(network.place_count, kNoWay);
        hops[each.question.first] = 0;
        reached.assign(1, each.question.first);
        *each.answer = kNoWay;
        for (std::size_t i = 0; i < reached.size(); ++i) {
            const std::uint32_t from = reached[i];
            if (network.grades[from] == each.question.limit) {
                *each.answer = hops[from];
                break;
            }
            for (const std::uint16_t place : neighbours_of(network, from)) {
                if (hops[place] != kNoWay) continue;
                hops[place] = hops[from] + 1;
                reached.push_back(place);
            }
        }
    }
}

// The number of groups of places that are left without some rows of roads.
void count_groups(const Network& network, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        Groups groups(network.place_count);
        std::uint64_t count = network.place_count;
        for (std::size_t i = 0; i < network.road_count; ++i) {
            if (i >= each.question.first && i < each.question.last) continue;
            count -= groups.join(network.roads[i].from, network.roads[i].to);
        }
        *each.answer = count;
    }
}

// The number of roads that have both ends among some places.
void count_inside(const Network& network, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        std::uint64_t ends = 0;
        for (std::size_t place = each.question.first; place < each.question.last; ++place) {
            const Places list = neighbours_of(network, place);
            const auto from = std::lower_bound(list.begin(), list.end(), each.question.first);
            const auto to = std::lower_bound(from, list.end(), each.question.last);
            ends += static_cast<std::uint64_t>(to - from);
        }
        *each.answer = ends / 2;
    }
}

// The sum of the grades of the places at most so many steps below a place.
void sum_below(const Network& network, const std::vector<Asked>& asked) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> open;
    for (const Asked& each : asked) {
        std::uint64_t sum = 0;
        open.assign(1, {each.question.first, 0});
        while (!open.empty()) {
            const auto [place, steps] = open.back();
            open.pop_back();
            sum += network.grades[place];
            if (steps == each.question.limit) continue;
            for (const std::uint16_t child : children_of(network, place)) {
                open.emplace_back(child, steps + 1);
            }
        }
        *each.answer = sum;
    }
}

// The number of places below a place, if the tree below another one has the same form.
void count_alike(const Network& network, const std::vector<Asked>& asked) {
    std::vector<std::pair<std::uint16_t, std::uint16_t>> open;
    for (const Asked& each : asked) {
        std::uint64_t count = 0;
        open.assign(1, {each.question.first, each.question.last});
        while (!open.empty()) {
            const auto [one, other] = open.back();
            open.pop_back();
            const Places left = children_of(network, one);
            const Places right = children_of(network, other);
            if (left.size() != right.size()) {
                count = 0;
                break;
            }
            count += 1;
            for (std::size_t i = 0; i < left.size(); ++i) {
                open.emplace_back(left.first[i], right.first[i]);
            }
        }
        *each.answer = count;
    }
}

// The sum, over all places, of the length of the longest road there that is short enough.
void sum_longest(const Network& network, const std::vector<Asked>& asked) {
    std::vector<std::uint32_t> longest;
    for (const Asked& each : asked) {
        longest.assign(network.place_count, 0);
        for (std::size_t i = 0; i < network.road_count; ++i) {
            const Road& road = network.roads[i];
            if (road.length >= each.question.limit) continue;
            longest[road.from] = std::max<std::uint32_t>(longest[road.from], road.length);
            longest[road.to] = std::max<std::uint32_t>(longest[road.to], road.length);
        }
        *each.answer = std::accumulate(longest.begin(), longest.end(), std::uint64_t{0});
    }
}

using Answer = void (*)(const Network&, const std::vector<Asked>&);

constexpr std::array<Answer, kKinds> kAnswers = {
    count_common, count_reached, find_meeting, find_narrowest, find_nearest,
    count_groups, count_inside,  sum_below,    count_alike,    sum_longest,
};

}  // namespace

extern "C" void answer_questions(const Network& network, const Question* questions, std::size_t count,
                                 std::uint64_t* answers) {
    std::array<std::vector<Asked>, kKinds> asked;
    for (std::size_t i = 0; i < count; ++i) {
        asked[questions[i].kind].push_back({questions[i], &answers[i]});
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (!asked[kind].empty()) {
            kAnswers[kind](network, asked[kind]);
        }
    }
}
