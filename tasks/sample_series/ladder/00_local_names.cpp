// Answers questions about a series of samples, each by a function of its own.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace series_questions {

struct Series {
    const Sample* samples;
    std::size_t size;
};

// Appends a number to an answer.
void add(Answer& answer, std::uint64_t number) {
    answer.digest = (answer.digest << 7 | answer.digest >> 57) + number;
    answer.count += 1;
}

// Advances a sequence of states and returns a number below `end`.
std::uint64_t draw(std::uint32_t& state, std::uint64_t end) {
    state = state * 1664525u + 1013904223u;
    return state * end >> 32;
}

// Difference between the greatest and the least value of the last `width` samples, at every sample.
void spread(const Series& series, std::size_t width, Answer& answer) {
    std::size_t high = 0;
    std::size_t low = 0;
    for (std::size_t i = 0; i < series.size; ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (series.samples[j].value >= series.samples[high].value) high = j;
            }
        }
        if (low < first) {
            low = first;
            for (std::size_t j = first; j < i; ++j) {
                if (series.samples[j].value <= series.samples[low].value) low = j;
            }
        }
        if (series.samples[i].value >= series.samples[high].value) high = i;
        if (series.samples[i].value <= series.samples[low].value) low = i;
        add(answer, series.samples[high].value - series.samples[low].value);
    }
}

// Value at a rank among the last `width` samples, at every sample.
void percentile(const Series& series, std::size_t width, std::size_t permille, Answer& answer) {
    std::vector<std::uint16_t> held;
    for (std::size_t i = 0; i < series.size; ++i) {
        if (i >= width) {
            held.erase(std::lower_bound(held.begin(), held.end(), series.samples[i - width].value));
        }
        const std::uint16_t value = series.samples[i].value;
        const auto place = std::lower_bound(held.begin(), held.end(), value);
        held.insert(place, value);
        add(answer, held[(held.size() - 1) * permille / 1000]);
    }
}

// Time since the last sample of the same tag, where it is at most `horizon`.
void repeats(const Series& series, std::uint32_t horizon, Answer& answer) {
    std::unordered_map<std::uint32_t, std::uint32_t> last;
    last.reserve(series.size);
    for (std::size_t i = 0; i < series.size; ++i) {
        const std::uint32_t time = series.samples[i].time;
        const auto [entry, added] = last.try_emplace(series.samples[i].tag, time);
        const std::uint32_t since = time - entry->second;
        if (!added && since <= horizon) {
            add(answer, since);
        }
        entry->second = time;
    }
}

// Position of the last sample at or before each of `count` drawn times.
void readings(const Series& series, std::size_t count, std::uint32_t state, Answer& answer) {
    if (series.size == 0) return;
    const Sample* end = series.samples + series.size;
    const std::uint64_t start = series.samples[0].time;
    const std::uint64_t span = series.samples[series.size - 1].time - start + 1;
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint64_t time = start + draw(state, span);
        const Sample* after = std::upper_bound(
            series.samples, end, time, [](std::uint64_t t, const Sample& sample) { return t < sample.time; });
        add(answer, after - series.samples - 1);
    }
}

// Positions in the order in which streams with watches of their own are read side by side.
void merged(const Series& series, std::size_t streams, std::uint64_t lead, Answer& answer) {
    using Entry = std::pair<std::uint64_t, std::size_t>;
    const auto watch = [&](std::size_t i) { return series.samples[i].time + i % streams * lead; };
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> next;
    for (std::size_t i = 0; i < streams && i < series.size; ++i) {
        next.emplace(watch(i), i);
    }
    while (next.size() > 0) {
        const std::size_t i = next.top().second;
        next.pop();
        add(answer, i);
        if (i + streams < series.size) next.emplace(watch(i + streams), i + streams);
    }
}

// Number of samples up to `radius` positions away whose level is at most one away, at every sample.
void alike(const Series& series, std::size_t radius, std::uint32_t shift, Answer& answer) {
    for (std::size_t i = 0; i < series.size; ++i) {
        const std::size_t first = i > radius ? i - radius : 0;
        const std::size_t end = std::min(series.size, i + radius + 1);
        const int level = series.samples[i].value >> shift;
        std::uint64_t count = 0;
        for (std::size_t j = first; j < end; ++j) {
            const int other = series.samples[j].value >> shift;
            if (other >= level - 1 && other <= level + 1) count += 1;
        }
        add(answer, count);
    }
}

// Positions from every sample to the first one that is greater by at least `rise`.
void waits(const Series& series, std::uint32_t rise, std::size_t horizon, Answer& answer) {
    for (std::size_t i = 0; i < series.size; ++i) {
        const std::size_t end = std::min(series.size, i + 1 + horizon);
        std::size_t j = i + 1;
        while (j < end && series.samples[j].value < series.samples[i].value + rise) {
            ++j;
        }
        add(answer, j - i);
    }
}

// Greatest value within each of `count` drawn ranges.
void ceilings(const Series& series, std::size_t count, std::size_t length, Answer& answer) {
    if (series.size == 0) return;
    std::uint32_t state = 1;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t first = draw(state, series.size);
        const std::size_t end = std::min(series.size, first + length);
        std::uint16_t ceiling = series.samples[first].value;
        for (std::size_t i = first + 1; i < end; ++i) {
            ceiling = std::max(ceiling, series.samples[i].value);
        }
        add(answer, ceiling);
    }
}

// Remainder of the bits of times and values so far, at every `distance`-th sample.
void seal(const Series& series, std::size_t first, std::size_t distance, Answer& answer) {
    std::uint32_t rest = 0xffffffffu;
    for (std::size_t i = first; i < series.size; i += distance) {
        std::uint64_t bits = std::uint64_t{series.samples[i].value} << 32 | series.samples[i].time;
        for (int at = 48; at > 0; --at) {
            const std::uint32_t odd = (rest ^ static_cast<std::uint32_t>(bits)) & 1u;
            rest = rest >> 1 ^ (odd != 0 ? 0xedb88320u : 0u);
            bits >>= 1;
        }
        add(answer, rest);
    }
}

// Positions of the first `count` samples in order of value.
void ordered(const Series& series, std::size_t count, Answer& answer) {
    std::vector<std::uint32_t> order(std::min(count, series.size));
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = static_cast<std::uint32_t>(i);
    }
    std::stable_sort(order.data(), order.data() + order.size(), [&](std::uint32_t left, std::uint32_t right) {
        return series.samples[left].value < series.samples[right].value;
    });
    for (const std::uint32_t position : order) {
        add(answer, position);
    }
}

void answer_one(const Series& series, const Question& question, Answer& answer) {
    switch (question.kind) {
        case kSpread: return spread(series, question.a, answer);
        case kPercentile: return percentile(series, question.a, question.b, answer);
        case kRepeats: return repeats(series, question.a, answer);
        case kReadings: return readings(series, question.a, question.b, answer);
        case kMerged: return merged(series, question.a, question.b, answer);
        case kAlike: return alike(series, question.a, question.b, answer);
        case kWaits: return waits(series, question.a, question.b, answer);
        case kCeilings: return ceilings(series, question.a, question.b, answer);
        case kSeal: return seal(series, question.a, question.b, answer);
        case kOrdered: return ordered(series, question.a, answer);
    }
}

}  // namespace series_questions

extern "C" void answer_series(const Sample* samples, std::size_t sample_count, const Question* questions,
                              std::size_t question_count, Answer* answers) {
    const series_questions::Series series{samples, sample_count};
    for (std::size_t i = 0; i < question_count; ++i) {
        series_questions::answer_one(series, questions[i], answers[i]);
    }
}
