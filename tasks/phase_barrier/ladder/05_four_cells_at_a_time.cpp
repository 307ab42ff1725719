// Lets a field of cells even out step by step while feeds add to some of them.
#include "task.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <emmintrin.h>
#include <functional>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

namespace {

// Where all workers wait for each other.
class Meeting {
public:
    explicit Meeting(unsigned members) : members_(members) {}

    void meet() {
        std::unique_lock<std::mutex> guard(mutex_);
        std::size_t round = round_;
        present_ += 1;
        if (present_ == members_) {
            present_ = 0;
            round_ += 1;
            complete_.notify_all();
        }
        while (round_ == round) {
            complete_.wait(guard);
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable complete_;
    unsigned members_;
    unsigned present_ = 0;
    std::size_t round_ = 0;
};

constexpr unsigned kMostWorkers = 4;

// What the workers have in common: cells[s % 2] are those before step s, and change[s % 2] has what each worker's part
// changes by in it.
struct Run {
    const Field& field;
    const Rules& rules;
    std::int32_t* cells[2];
    Meeting meeting;
    std::uint64_t change[2][kMostWorkers] = {};
};

// The step that a worker is at; all of them come to the same outcome.
struct Step {
    const std::int32_t* cells;
    std::int32_t* next;
};

// The rows from `first` on, up to and not including `last`.
struct Part {
    std::size_t first;
    std::size_t last;
};

// A product with the inverse stands for the quotient. One half more is at least 1 / 131072 away from the next multiple,
// the product is off by less than 1 / 10000000.
std::int32_t quotient(std::int32_t sum, double inverse) { return static_cast<std::int32_t>((sum + 0.5) * inverse); }

// The new cells of a row, from `first` on up to `last`, neither of which is at an end of the row. Returns their change.
std::uint64_t inner_cells(const std::int32_t* row, const std::int32_t* above, const std::int32_t* below,
                          std::int32_t* next, std::size_t first, std::size_t last, double inverse) {
    const __m128d inverses = _mm_set1_pd(inverse);
    const __m128d halves = _mm_set1_pd(0.5);
    const __m128i zero = _mm_setzero_si128();
    __m128i changes = zero;
    std::size_t x = first;
    for (; x + 4 <= last; x += 4) {
        auto four = [x](const std::int32_t* cells) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(cells + x)); };
        __m128i across = _mm_add_epi32(four(row - 1), four(row + 1));
        __m128i sum = _mm_add_epi32(across, _mm_add_epi32(four(above), four(below)));
        __m128d low = _mm_mul_pd(_mm_add_pd(_mm_cvtepi32_pd(sum), halves), inverses);
        __m128d high = _mm_mul_pd(_mm_add_pd(_mm_cvtepi32_pd(_mm_unpackhi_epi64(sum, sum)), halves), inverses);
        __m128i cells = _mm_unpacklo_epi64(_mm_cvttpd_epi32(low), _mm_cvttpd_epi32(high));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(next + x), cells);
        __m128i difference = _mm_sub_epi32(cells, four(row));
        __m128i sign = _mm_srai_epi32(difference, 31);
        __m128i change = _mm_sub_epi32(_mm_xor_si128(difference, sign), sign);
        changes = _mm_add_epi64(changes, _mm_unpacklo_epi32(change, zero));
        changes = _mm_add_epi64(changes, _mm_unpackhi_epi32(change, zero));
    }
    std::uint64_t sums[2];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(sums), changes);
    std::uint64_t change = sums[0] + sums[1];
    for (; x < last; ++x) {
        next[x] = quotient(row[x - 1] + row[x + 1] + above[x] + below[x], inverse);
        change += std::abs(next[x] - row[x]);
    }
    return change;
}

// A share of what lies around a cell becomes the cell; at the ends of the field a cell is its own neighbour. Returns by
// how much the new cells differ from the old ones.
std::uint64_t even_out(const Run& run, Step step, Part part) {
    const Field& field = run.field;
    double inverse = 1.0 / run.rules.share;
    std::size_t end = field.columns - 1;
    std::uint64_t change = 0;
    for (std::size_t y = part.first; y < part.last && field.columns > 0; ++y) {
        const std::int32_t* row = step.cells + y * field.columns;
        const std::int32_t* above = y == 0 ? row : row - field.columns;
        const std::int32_t* below = y + 1 == field.rows ? row : row + field.columns;
        std::int32_t* next = step.next + y * field.columns;
        for (std::size_t x = 0; x <= end; x += std::max<std::size_t>(end, 1)) {
            next[x] = quotient(row[x == 0 ? x : x - 1] + row[x == end ? x : x + 1] + above[x] + below[x], inverse);
            change += std::abs(next[x] - row[x]);
        }
        change += end < 2 ? 0 : inner_cells(row, above, below, next, 1, end, inverse);
    }
    return change;
}

// All feeds of a cell, one after the other: `amount` is added, then the sum is moved into the range from `low` to `high`.
struct Course {
    std::size_t place;
    std::int64_t amount;
    std::int64_t low;
    std::int64_t high;
};

void append(Course& course, std::int64_t amount) {
    course.amount += amount;
    course.low = std::clamp<std::int64_t>(course.low + amount, 0, kHighest);
    course.high = std::clamp<std::int64_t>(course.high + amount, 0, kHighest);
}

// What the feeds of a part come to, cell by cell.
std::vector<Course> courses_of(const Field& field, const Rules& rules, Part part) {
    constexpr std::size_t none = ~std::size_t{0};
    std::vector<std::size_t> known((part.last - part.first) * field.columns, none);
    std::vector<Course> found;
    for (std::size_t i = 0; i < rules.feed_count; ++i) {
        const Feed& each = rules.feeds[i];
        if (each.row >= part.first && each.row < part.last) {
            std::size_t& at = known[(each.row - part.first) * field.columns + each.column];
            if (at == none) {
                at = found.size();
                found.push_back({each.row * field.columns + each.column, 0, 0, kHighest});
            }
            append(found[at], each.amount);
        }
    }
    return found;
}

// Feeds the cells of a part; `change`, their change until now, goes along.
void feed(Step step, const std::vector<Course>& courses, std::uint64_t& change) {
    for (const Course& each : courses) {
        std::int32_t cell = step.next[each.place];
        std::int32_t fed = static_cast<std::int32_t>(std::clamp(cell + each.amount, each.low, each.high));
        change -= std::abs(cell - step.cells[each.place]);
        change += std::abs(fed - step.cells[each.place]);
        step.next[each.place] = fed;
    }
}

Outcome work(Run& run, unsigned worker, unsigned crew) {
    Part part = {run.field.rows * worker / crew, run.field.rows * (worker + 1) / crew};
    const std::vector<Course> courses = courses_of(run.field, run.rules, part);
    Outcome outcome = {};
    while (outcome.rest == 0 && outcome.steps < run.rules.most_steps) {
        std::size_t turn = outcome.steps % 2;
        Step step = {run.cells[turn], run.cells[1 - turn]};
        std::uint64_t change = even_out(run, step, part);
        feed(step, courses, change);
        run.change[turn][worker] = change;
        run.meeting.meet();
        outcome.change = std::accumulate(run.change[turn], run.change[turn] + crew, std::uint64_t{0});
        outcome.steps += 1;
        outcome.rest = outcome.change <= run.rules.calm ? 1 : 0;
    }
    return outcome;
}

}  // namespace

extern "C" Outcome run_field(const Field& field, const Rules& rules, unsigned crew) {
    std::vector<std::int32_t> second(field.rows * field.columns);
    Run run{field, rules, {field.cells, second.data()}, Meeting(crew)};
    std::vector<std::thread> others;
    for (unsigned worker = 1; worker < crew; ++worker) {
        others.emplace_back(work, std::ref(run), worker, crew);
    }
    Outcome outcome = work(run, 0, crew);
    for (std::thread& other : others) {
        other.join();
    }
    if (outcome.steps % 2 == 1) {
        std::copy(second.begin(), second.end(), field.cells);
    }
    return outcome;
}
