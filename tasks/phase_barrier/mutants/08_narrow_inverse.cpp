// Wrong: The inverse is kept in single precision, which is too coarse for large sums.
// Lets a field of cells even out step by step while feeds add to some of them.
#include "task.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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
std::int32_t quotient(std::int32_t sum, double inverse) { return static_cast<std::int32_t>((sum + 0.5f) * static_cast<float>(inverse)); }

// A share of what lies around a cell becomes the cell; at the ends of the field a cell is its own neighbour.
void even_out(const Run& run, Step step, Part part) {
    const Field& field = run.field;
    double inverse = 1.0 / run.rules.share;
    for (std::size_t y = part.first; y < part.last; ++y) {
        const std::int32_t* row = step.cells + y * field.columns;
        const std::int32_t* above = y == 0 ? row : row - field.columns;
        const std::int32_t* below = y + 1 == field.rows ? row : row + field.columns;
        for (std::size_t x = 0; x < field.columns; ++x) {
            std::int32_t left = row[x == 0 ? x : x - 1];
            std::int32_t right = row[x + 1 == field.columns ? x : x + 1];
            step.next[y * field.columns + x] = quotient(left + right + above[x] + below[x], inverse);
        }
    }
}

void feed(const Run& run, Step step, Part part) {
    for (std::size_t i = 0; i < run.rules.feed_count; ++i) {
        const Feed& each = run.rules.feeds[i];
        if (each.row >= part.first && each.row < part.last) {
            std::int32_t& cell = step.next[each.row * run.field.columns + each.column];
            cell += each.amount;
            cell = std::clamp(cell, 0, kHighest);
        }
    }
}

// By how much the new cells differ from the old ones.
std::uint64_t change_of(const Run& run, Step step, Part part) {
    std::uint64_t change = 0;
    for (std::size_t i = part.first * run.field.columns; i < part.last * run.field.columns; ++i) {
        change += std::abs(step.next[i] - step.cells[i]);
    }
    return change;
}

Outcome work(Run& run, unsigned worker, unsigned crew) {
    Part part = {run.field.rows * worker / crew, run.field.rows * (worker + 1) / crew};
    Outcome outcome = {};
    while (outcome.rest == 0 && outcome.steps < run.rules.most_steps) {
        std::size_t turn = outcome.steps % 2;
        Step step = {run.cells[turn], run.cells[1 - turn]};
        even_out(run, step, part);
        feed(run, step, part);
        run.change[turn][worker] = change_of(run, step, part);
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
