// Wrong: The marks of a set are not taken back.
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
    std::vector<std::size_t> joined(size);
    std::size_t end = 0;
    for (std::size_t first = 0; first < size; ++first) {
        const auto join = [&](std::size_t at) {
            if (field.colours[at] < least || names[at] != UINT32_MAX) return;
            names[at] = static_cast<std::uint32_t>(first);
            joined[end++] = at;
        };
        join(first);
        while (end != 0) {
            const std::size_t at = joined[--end];
            if (at % field.width != 0) join(at - 1);
            if (at >= field.width) join(at - field.width);
            if ((at + 1) % field.width != 0) join(at + 1);
            if (at + field.width < size) join(at + field.width);
        }
    }
    for (const std::uint32_t name : names) {
        if (name != UINT32_MAX) add(answer, name);
    }
}

// Steps from every cell to the nearest marked one.
void nearest(const Field& field, std::uint32_t least, Answer& answer) {
    std::vector<std::size_t> steps(field.width * field.height, field.width + field.height);
    const auto step = [&](std::size_t from, std::size_t at) { steps[at] = std::min(steps[at], steps[from] + 1); };
    for (std::size_t at = 0; at < steps.size(); ++at) {
        if (field.colours[at] >= least) steps[at] = 0;
        if (at % field.width != 0) step(at - 1, at);
        if (at >= field.width) step(at - field.width, at);
    }
    for (std::size_t at = steps.size(); at-- > 0;) {
        if (at % field.width != 0) step(at, at - 1);
        if (at >= field.width) step(at, at - field.width);
    }
    for (const std::size_t each : steps) add(answer, each);
}

// Numbers that are in any of some sets.
void in_any(const Sets& sets, std::size_t first, std::size_t count, Answer& answer) {
    std::vector<std::uint64_t> words(kEnd / 64);
    for (std::size_t s = first; s < first + count; ++s) {
        for (const std::uint16_t number : members_of(sets, s)) {
            words[number / 64] |= std::uint64_t{1} << number % 64;
        }
    }
    for (std::size_t at = 0; at < words.size(); ++at) {
        for (std::uint64_t word = words[at]; word != 0; word &= word - 1) {
            add(answer, at * 64 + __builtin_ctzll(word));
        }
    }
}

// Number of members of a set that are less than each of some drawn numbers.
void ranks(const Sets& sets, std::size_t s, std::size_t count, std::uint32_t state, Answer& answer) {
    const Members members = members_of(sets, s);
    std::vector<std::uint16_t> before(kEnd / 16 + 1);
    for (const std::uint16_t member : members) before[member / 16 + 1] += 1;
    for (std::size_t at = 0; at < kEnd / 16; ++at) before[at + 1] += before[at];
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t number = draw(state, kEnd);
        const std::uint16_t* member = members.first + before[number / 16];
        while (member != members.last && *member < number) ++member;
        add(answer, member - members.begin());
    }
}

// Number of marked cells in the square around every cell.
void crowd(const Field& field, std::uint32_t least, std::size_t radius, Answer& answer) {
    std::vector<std::uint32_t> columns(field.width);
    for (std::size_t y = 0, row = 0; y < field.height; ++y) {
        const std::size_t bottom = std::min(field.height, y + radius + 1);
        for (; row < bottom; ++row) {
            for (std::size_t x = 0; x < field.width; ++x) columns[x] += field.colours[row * field.width + x] >= least;
        }
        for (std::size_t x = 0; y > radius && x < field.width; ++x) {
            columns[x] -= field.colours[(y - radius - 1) * field.width + x] >= least;
        }
        std::uint64_t count = 0;
        for (std::size_t x = 0, column = 0; x < field.width; ++x) {
            const std::size_t right = std::min(field.width, x + radius + 1);
            for (; column < right; ++column) count += columns[column];
            if (x > radius) count -= columns[x - radius - 1];
            add(answer, count);
        }
    }
}

// Least sum of a way from the upper left cell to every cell; entering a cell adds its colour, up to `most`, and one.
void ways(const Field& field, std::uint32_t most, Answer& answer) {
    const std::size_t size = field.width * field.height;
    if (size == 0) return;
    std::vector<std::uint32_t> sums(size, UINT32_MAX);
    std::vector<std::vector<std::uint32_t>> open(kColours + 1);
    std::size_t waiting = 0;
    const auto enter = [&](std::size_t at, std::uint32_t before) {
        const std::uint32_t sum = before + std::min<std::uint32_t>(field.colours[at], most) + 1;
        if (sum >= sums[at]) return;
        sums[at] = sum;
        open[sum % open.size()].push_back(static_cast<std::uint32_t>(at));
        waiting += 1;
    };
    enter(0, 0);
    for (std::uint32_t sum = 0; waiting != 0; ++sum) {
        std::vector<std::uint32_t>& now = open[sum % open.size()];
        for (; !now.empty(); --waiting) {
            const std::uint32_t at = now.back();
            now.pop_back();
            if (sum != sums[at]) continue;
            if (at % field.width != 0) enter(at - 1, sum);
            if ((at + 1) % field.width != 0) enter(at + 1, sum);
            if (at >= field.width) enter(at - field.width, sum);
            if (at + field.width < size) enter(at + field.width, sum);
        }
    }
    for (const std::uint32_t sum : sums) {
        add(answer, sum);
    }
}

// Number of common members of every two of some sets.
void common(const Sets& sets, std::size_t first, std::size_t count, Answer& answer) {
    std::vector<std::uint8_t> in_left(kEnd);
    for (std::size_t s = first; s < first + count; ++s) {
        const Members left = members_of(sets, s);
        for (const std::uint16_t number : left) in_left[number] = 1;
        for (std::size_t other = first; other < s; ++other) {
            std::uint64_t both = 0;
            for (const std::uint16_t number : members_of(sets, other)) both += in_left[number];
            add(answer, both);
        }
    }
}

// Colours within each of some drawn squares, one bit each.
void palette(const Field& field, std::size_t count, std::size_t side, std::uint32_t state, Answer& answer) {
    if (field.width * field.height == 0) return;
    std::vector<std::uint64_t> bits(field.width * field.height);
    for (std::size_t at = 0; at < bits.size(); ++at) bits[at] = std::uint64_t{1} << field.colours[at];
    for (std::size_t rows = 1, more = 1; rows < side; rows += more) {
        more = std::min(rows, side - rows);
        for (std::size_t at = 0; at + more * field.width < bits.size(); ++at) bits[at] |= bits[at + more * field.width];
    }
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t x = draw(state, field.width);
        const std::size_t y = draw(state, field.height);
        const std::size_t right = std::min(field.width, x + side);
        std::uint64_t colours = 0;
        for (std::size_t column = x; column < right; ++column) {
            colours |= bits[y * field.width + column];
        }
        add(answer, colours);
    }
}

// Cells that lie before a marked one or the border in the four directions from every cell.
void view(const Field& field, std::uint32_t least, Answer& answer) {
    const std::size_t size = field.width * field.height;
    std::vector<std::uint64_t> seen(size);
    std::vector<std::uint64_t> free(field.width);
    std::uint64_t aside = 0;
    const auto pass = [&](std::size_t at, std::uint64_t& along) {
        seen[at] += aside + along;
        aside = field.colours[at] < least ? aside + 1 : 0;
        along = field.colours[at] < least ? along + 1 : 0;
    };
    for (std::size_t at = 0; at < size; ++at) {
        if (at % field.width == 0) aside = 0;
        pass(at, free[at % field.width]);
    }
    free.assign(field.width, 0);
    for (std::size_t at = size; at-- > 0;) {
        if ((at + 1) % field.width == 0) aside = 0;
        pass(at, free[at % field.width]);
    }
    for (const std::uint64_t number : seen) add(answer, number);
}

// Least number from each drawn one on that is in none of some sets.
void free_from(const Sets& sets, std::size_t first, std::size_t count, std::size_t draws, Answer& answer) {
    std::vector<std::uint16_t> next(kEnd + 1);
    for (std::size_t s = first; s < first + count; ++s) {
        for (const std::uint16_t taken : members_of(sets, s)) next[taken] = 1;
    }
    for (std::size_t number = kEnd + 1; number-- > 0;) {
        next[number] = static_cast<std::uint16_t>(next[number] != 0 ? next[number + 1] : number);
    }
    std::uint32_t state = 1;
    for (std::size_t k = 0; k < draws; ++k) {
        add(answer, next[draw(state, kEnd)]);
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
