// Wrong: The last colour is taken for the first one.
// Answers questions about a field of cells and about sets of numbers, each by a function of its own.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <queue>
#include <utility>
#include <vector>

namespace cell_questions {

// Members of one set.
struct Members {
    const std::uint16_t* first;
    const std::uint16_t* last;

    const std::uint16_t* begin() const { return first; }
    const std::uint16_t* end() const { return last; }
};

Members members_of(const Sets& sets, std::size_t s) {
    if (s >= sets.count) return {sets.members, sets.members};
    return {sets.members + sets.starts[s], sets.members + sets.starts[s + 1]};
}

// Appends a number to an answer.
void add(Answer& answer, std::uint64_t number) {
    answer.digest = (answer.digest << 7 | answer.digest >> 57) + number;
    answer.count += 1;
}

// Advances a sequence of states and returns a number below `end`.
std::size_t draw(std::uint32_t& state, std::uint64_t end) {
    state = state * 1664525u + 1013904223u;
    return state * end >> 32;
}

// First position of the region of every marked cell; a region is joined by sides.
void regions(const Field& field, std::uint32_t least, Answer& answer) {
    const std::size_t size = field.width * field.height;
    std::vector<std::uint32_t> names(size, UINT32_MAX);
    for (std::size_t at = 0; at < size; ++at) {
        if (field.colours[at] >= least) names[at] = static_cast<std::uint32_t>(at);
    }
    const auto join = [&](std::size_t one, std::size_t other) {
        if (names[one] == UINT32_MAX || names[other] >= names[one]) return false;
        names[one] = names[other];
        return true;
    };
    bool changed = true;
    while (changed) {
        changed = false;
        for (std::size_t at = 0; at < size; ++at) {
            if (at % field.width != 0) changed |= join(at, at - 1);
            if (at >= field.width) changed |= join(at, at - field.width);
        }
        for (std::size_t at = size; at-- > 0;) {
            if ((at + 1) % field.width != 0) changed |= join(at, at + 1);
            if (at + field.width < size) changed |= join(at, at + field.width);
        }
    }
    for (const std::uint32_t name : names) {
        if (name != UINT32_MAX) add(answer, name);
    }
}

// Steps from every cell to the nearest marked one.
void nearest(const Field& field, std::uint32_t least, Answer& answer) {
    const std::size_t far = field.width + field.height;
    for (std::size_t at = 0; at < field.width * field.height; ++at) {
        const std::size_t x = at % field.width;
        const std::size_t y = at / field.width;
        std::size_t steps = 0;
        int hits = 0;
        for (; steps < far; ++steps) {
            const std::size_t end = std::min(field.height, y + steps + 1);
            for (std::size_t row = y < steps ? 0 : y - steps; row < end && hits == 0; ++row) {
                const std::size_t aside = steps - (row < y ? y - row : row - y);
                const std::uint8_t* colours = field.colours + row * field.width;
                hits += aside <= x && colours[x - aside] >= least;
                hits += x + aside < field.width && colours[x + aside] >= least;
            }
            if (hits != 0) break;
        }
        add(answer, steps);
    }
}

// Numbers that are in any of some sets.
void in_any(const Sets& sets, std::size_t first, std::size_t count, Answer& answer) {
    std::vector<std::uint16_t> all;
    std::vector<std::uint16_t> next;
    for (std::size_t s = first; s < first + count; ++s) {
        const Members members = members_of(sets, s);
        next.clear();
        std::set_union(all.begin(), all.end(), members.begin(), members.end(), std::back_inserter(next));
        all.swap(next);
    }
    for (const std::uint16_t number : all) {
        add(answer, number);
    }
}

// Number of members of a set that are less than each of some drawn numbers.
void ranks(const Sets& sets, std::size_t s, std::size_t count, std::uint32_t state, Answer& answer) {
    const Members members = members_of(sets, s);
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t number = draw(state, kEnd);
        add(answer, std::lower_bound(members.begin(), members.end(), number) - members.begin());
    }
}

// Number of marked cells in the square around every cell.
void crowd(const Field& field, std::uint32_t least, std::size_t radius, Answer& answer) {
    for (std::size_t y = 0; y < field.height; ++y) {
        const std::size_t bottom = std::min(field.height, y + radius + 1);
        for (std::size_t x = 0; x < field.width; ++x) {
            const std::size_t right = std::min(field.width, x + radius + 1);
            std::uint64_t count = 0;
            for (std::size_t row = y < radius ? 0 : y - radius; row < bottom; ++row) {
                for (std::size_t column = x < radius ? 0 : x - radius; column < right; ++column) {
                    count += field.colours[row * field.width + column] >= least;
                }
            }
            add(answer, count);
        }
    }
}

// Least sum of a way from the upper left cell to every cell; entering a cell adds its colour, up to `most`, and one.
void ways(const Field& field, std::uint32_t most, Answer& answer) {
    using Entry = std::pair<std::uint32_t, std::uint32_t>;
    const std::size_t size = field.width * field.height;
    if (size == 0) return;
    std::vector<std::uint32_t> sums(size, UINT32_MAX);
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    const auto enter = [&](std::size_t at, std::uint32_t before) {
        const std::uint32_t sum = before + std::min<std::uint32_t>(field.colours[at], most) + 1;
        if (sum >= sums[at]) return;
        sums[at] = sum;
        open.emplace(sum, static_cast<std::uint32_t>(at));
    };
    enter(0, 0);
    while (!open.empty()) {
        const auto [sum, at] = open.top();
        open.pop();
        if (sum != sums[at]) continue;
        if (at % field.width != 0) enter(at - 1, sum);
        if ((at + 1) % field.width != 0) enter(at + 1, sum);
        if (at >= field.width) enter(at - field.width, sum);
        if (at + field.width < size) enter(at + field.width, sum);
    }
    for (const std::uint32_t sum : sums) {
        add(answer, sum);
    }
}

// Number of common members of every two of some sets.
void common(const Sets& sets, std::size_t first, std::size_t count, Answer& answer) {
    for (std::size_t s = first; s < first + count; ++s) {
        for (std::size_t other = first; other < s; ++other) {
            const Members left = members_of(sets, s);
            const Members right = members_of(sets, other);
            std::uint64_t both = 0;
            const std::uint16_t* in_right = right.begin();
            for (const std::uint16_t number : left) {
                while (in_right != right.end() && *in_right < number) ++in_right;
                if (in_right != right.end() && *in_right == number) both += 1;
            }
            add(answer, both);
        }
    }
}

// Colours within each of some drawn squares, one bit each.
void palette(const Field& field, std::size_t count, std::size_t side, std::uint32_t state, Answer& answer) {
    if (field.width * field.height == 0) return;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t x = draw(state, field.width);
        const std::size_t y = draw(state, field.height);
        const std::size_t right = std::min(field.width, x + side);
        std::uint64_t colours = 0;
        for (std::size_t row = y; row < std::min(field.height, y + side); ++row) {
            for (std::size_t column = x; column < right; ++column) {
                colours |= std::uint64_t{1} << (field.colours[row * field.width + column] % 63);
            }
        }
        add(answer, colours);
    }
}

// Cells that lie before a marked one or the border in the four directions from every cell.
void view(const Field& field, std::uint32_t least, Answer& answer) {
    const std::size_t size = field.width * field.height;
    const auto is_free = [&](std::size_t at) { return field.colours[at] < least; };
    for (std::size_t at = 0; at < size; ++at) {
        const std::size_t start = at - at % field.width;
        std::uint64_t seen = 0;
        for (std::size_t to = at; to > start && is_free(to - 1); --to) ++seen;
        for (std::size_t to = at + 1; to < start + field.width && is_free(to); ++to) ++seen;
        for (std::size_t to = at; to >= field.width && is_free(to - field.width); to -= field.width) ++seen;
        for (std::size_t to = at + field.width; to < size && is_free(to); to += field.width) ++seen;
        add(answer, seen);
    }
}

// Least number from each drawn one on that is in none of some sets.
void free_from(const Sets& sets, std::size_t first, std::size_t count, std::size_t draws, Answer& answer) {
    std::uint32_t state = 1;
    for (std::size_t k = 0; k < draws; ++k) {
        std::size_t number = draw(state, kEnd);
        std::size_t s = first;
        while (s < first + count) {
            const Members members = members_of(sets, s);
            s += 1;
            if (std::binary_search(members.begin(), members.end(), number)) {
                number += 1;
                s = first;
            }
        }
        add(answer, number);
    }
}

void answer_one(const Field& field, const Sets& sets, const Question& asked, Answer& answer) {
    switch (asked.kind) {
        case kRegions: return regions(field, asked.a, answer);
        case kNearest: return nearest(field, asked.a, answer);
        case kUnion: return in_any(sets, asked.a, asked.b, answer);
        case kRanks: return ranks(sets, asked.a, asked.b, asked.c, answer);
        case kCrowd: return crowd(field, asked.a, asked.b, answer);
        case kWays: return ways(field, asked.a, answer);
        case kCommon: return common(sets, asked.a, asked.b, answer);
        case kPalette: return palette(field, asked.a, asked.b, asked.c, answer);
        case kView: return view(field, asked.a, answer);
        case kFree: return free_from(sets, asked.a, asked.b, asked.c, answer);
    }
}

}  // namespace cell_questions

extern "C" void answer_cells(const Field& field, const Sets& sets, const Question* questions,
                             std::size_t question_count, Answer* answers) {
    for (std::size_t i = 0; i < question_count; ++i) {
        cell_questions::answer_one(field, sets, questions[i], answers[i]);
    }
}
