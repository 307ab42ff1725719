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
    const std::size_t words = network.place_count / 64 + 1;
    std::vector<std::uint64_t> rows(network.place_count * words);
    for (std::size_t place = 0; place < network.place_count; ++place) {
        for (const std::uint16_t neighbour : neighbours_of(network, place)) {
            rows[place * words + neighbour / 64] |= std::uint64_t{1} << neighbour % 64;
        }
    }
    for (const Asked& each : asked) {
        const std::uint64_t* left = &rows[each.question.first * words];
        const std::uint64_t* right = &rows[each.question.last * words];
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < words; ++i) {
            count += __builtin_popcountll(left[i] & right[i]);
        }
        *each.answer = count;
    }
}

// The number of places that can be reached over at most so many roads.
void count_reached(const Network& network, const std::vector<Asked>& asked) {
    for (std::size_t begin = 0, end = 0; begin < asked.size();) {
        const std::uint32_t limit = asked[begin].question.limit;
        std::vector<std::uint64_t> seen(network.place_count), wider;
        for (; end < asked.size() && end < begin + 64 && asked[end].question.limit == limit; ++end) {
            seen[asked[end].question.first] |= 1ull << end % 64;
        }
        for (std::uint32_t hops = 0; hops < limit && seen != wider; ++hops) {
            wider = seen;
            for (std::size_t next = 0; next < seen.size(); ++next) {
                for (const std::uint16_t place : neighbours_of(network, next)) {
                    seen[place] |= wider[next];
                }
            }
        }
        for (; begin < end; ++begin) {
            *asked[begin].answer =
                std::count_if(seen.begin(), seen.end(), [&](auto bits) { return bits >> begin % 64 & 1; });
        }
    }
}

// The first place that two ways to the root have in common.
void find_meeting(const Network& network, const std::vector<Asked>& asked) {
    std::vector<std::uint32_t> sizes(network.place_count, 1), heads(network.place_count);
    for (std::size_t place = network.place_count; --place > 0;) {
        sizes[network.parents[place]] += sizes[place];
    }
    for (std::size_t place = 1; place < network.place_count; ++place) {
        const std::uint32_t parent = network.parents[place];
        heads[place] = 2 * sizes[place] > sizes[parent] ? heads[parent] : place;
    }
    for (const Asked& each : asked) {
        std::uint32_t one = each.question.first;
        std::uint32_t other = each.question.last;
        while (heads[one] != heads[other]) {
            if (heads[one] > heads[other]) {
                one = network.parents[heads[one]];
            } else {
                other = network.parents[heads[other]];
            }
        }
        *each.answer = std::min(one, other);
    }
}

// The least length such that roads of at most this length lead from one place to the other.
void find_narrowest(const Network& network, const std::vector<Asked>& asked) {
    using Entry = std::array<std::uint32_t, 3>;
    std::vector<std::uint64_t> seen(network.place_count), up(network.place_count), widths(network.place_count);
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    std::uint64_t turn = 0;
    for (std::uint32_t root = 0; root < network.place_count; ++root) {
        open.push({kNoWay, root, root});
        while (!open.empty()) {
            const auto [length, place, from] = open.top();
            open.pop();
            if (seen[place]) continue;
            seen[place] = ++turn;
            up[place] = from;
            widths[place] = length;
            for (std::size_t i = network.starts[place]; i < network.starts[place + 1]; ++i) {
                const std::uint16_t next = network.neighbours[i];
                if (!seen[next]) open.push({network.lengths[i], next, place});
            }
        }
    }
    for (const Asked& each : asked) {
        std::uint64_t longest = 0, one = each.question.first, other = each.question.last;
        while (one != other && longest < kNoWay) {
            if (seen[one] < seen[other]) std::swap(one, other);
            longest = std::max(longest, widths[one]);
            one = up[one];
        }
        *each.answer = longest;
    }
}

// The least number of roads from a place to one of a grade.
void find_nearest(const Network& network, const std::vector<Asked>& asked) {
    std::map<std::uint32_t, std::vector<std::uint64_t>> known;
    std::vector<std::uint32_t> reached;
    for (const Asked& each : asked) {
        std::vector<std::uint64_t>& hops = known[each.question.limit];
        if (hops.empty()) {
            hops.assign(network.place_count, kNoWay);
            reached.clear();
            for (std::size_t place = 0; place < network.place_count; ++place) {
                if (network.grades[place] == each.question.limit) {
                    hops[place] = 0;
                    reached.push_back(place);
                }
            }
            for (std::size_t i = 0; i < reached.size(); ++i) {
                const std::uint32_t from = reached[i];
                for (const std::uint16_t place : neighbours_of(network, from)) {
                    if (hops[place] != kNoWay) continue;
                    hops[place] = hops[from] + 1;
                    reached.push_back(place);
                }
            }
        }
        *each.answer = hops[each.question.first];
    }
}

// The number of groups of places that are left without some rows of roads.
void count_groups(const Network& network, const std::vector<Asked>& asked) {
    Groups early(network.place_count), late(network.place_count);
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < network.road_count; ++i) {
        if (early.join(network.roads[i].from, network.roads[i].to)) kept.push_back(i);
    }
    for (std::size_t i = network.road_count; i-- > 0;) {
        if (late.join(network.roads[i].from, network.roads[i].to)) kept.push_back(i);
    }
    for (const Asked& each : asked) {
        Groups groups(network.place_count);
        std::uint64_t count = network.place_count;
        for (const std::size_t i : kept) {
            if (i >= each.question.first && i < each.question.last) continue;
            count -= groups.join(network.roads[i].from, network.roads[i].to);
        }
        *each.answer = count;
    }
}

// The number of roads that have both ends among some places.
void count_inside(const Network& network, const std::vector<Asked>& asked) {
    const std::size_t width = network.place_count + 1;
    std::vector<std::uint32_t> grid(width * width);
    for (std::size_t place = 1; place < width; ++place) {
        for (const std::uint16_t neighbour : neighbours_of(network, place - 1)) {
            grid[place * width + neighbour + 1] = 1;
        }
        std::uint32_t row = 0;
        for (std::size_t i = place * width; i < (place + 1) * width; ++i) {
            row += grid[i];
            grid[i] = row + grid[i - width];
        }
    }
    for (const Asked& each : asked) {
        const std::size_t from = each.question.first, to = each.question.last;
        *each.answer = (grid[to * width + to] - 2 * grid[from * width + to] + grid[from * width + from]) / 2;
    }
}

// The sum of the grades of the places at most so many steps below a place.
void sum_below(const Network& network, const std::vector<Asked>& asked) {
    const std::vector<std::uint32_t> grades(network.grades, network.grades + network.place_count);
    std::vector<std::vector<std::uint32_t>> levels{grades};
    for (const Asked& each : asked) {
        const std::size_t depth = std::min<std::size_t>(each.question.limit, network.place_count);
        while (levels.size() <= depth) {
            std::vector<std::uint32_t> deeper = grades;
            for (std::size_t i = network.place_count; --i > 0;) {
                deeper[network.parents[i]] += levels.back()[i];
            }
            levels.push_back(std::move(deeper));
        }
        *each.answer = levels[depth][each.question.first];
    }
}

// The number of places below a place, if the tree below another one has the same form.
void count_alike(const Network& network, const std::vector<Asked>& asked) {
    std::map<std::vector<std::uint32_t>, std::uint32_t> forms;
    std::vector<std::uint32_t> form(network.place_count), total(network.place_count, 1), parts;
    for (std::size_t place = network.place_count; place-- > 0;) {
        parts.clear();
        for (const std::uint16_t child : children_of(network, place)) {
            parts.push_back(form[child]);
            total[place] += total[child];
        }
        form[place] = forms.emplace(parts, forms.size()).first->second;
    }
    for (const Asked& each : asked) {
        const bool same = form[each.question.first] == form[each.question.last];
        *each.answer = same ? total[each.question.first] : 0;
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
