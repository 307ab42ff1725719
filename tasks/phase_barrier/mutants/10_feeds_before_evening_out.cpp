// Wrong: The feeds go to the old cells, before the field evens out.
// Lets a field of cells even out step by step while feeds add to some of them.
#include "task.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
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

// What the workers have in common. `next` holds the cells of the step under way.
struct Run {
    const Field& field;
    const Rules& rules;
    std::vector<std::int32_t> next;
    Meeting meeting;
    std::mutex mutex;
    std::uint64_t change = 0;
    Outcome outcome = {};
};

// The rows from `first` on, up to and not including `last`.
struct Part {
    std::size_t first;
    std::size_t last;
};

// A share of what lies around a cell becomes the cell; at the ends of the field a cell is its own neighbour.
void even_out(Run& run, Part part) {
    const Field& field = run.field;
    for (std::size_t y = part.first; y < part.last; ++y) {
        const std::int32_t* row = field.cells + y * field.columns;
        const std::int32_t* above = y == 0 ? row : row - field.columns;
        const std::int32_t* below = y + 1 == field.rows ? row : row + field.columns;
        for (std::size_t x = 0; x < field.columns; ++x) {
            std::int32_t left = row[x == 0 ? x : x - 1];
            std::int32_t right = row[x + 1 == field.columns ? x : x + 1];
            run.next[y * field.columns + x] = (left + right + above[x] + below[x]) / run.rules.share;
        }
    }
}

void feed(Run& run) {
    for (std::size_t i = 0; i < run.rules.feed_count; ++i) {
        const Feed& each = run.rules.feeds[i];
        std::int32_t& cell = run.next[each.row * run.field.columns + each.column];
        cell += each.amount;
        cell = std::clamp(cell, 0, kHighest);
    }
}

// Takes the new cells over and returns by how much they differ from the old ones.
std::uint64_t take_over(Run& run, Part part) {
    std::uint64_t change = 0;
    for (std::size_t i = part.first * run.field.columns; i < part.last * run.field.columns; ++i) {
        change += std::abs(run.next[i] - run.field.cells[i]);
        run.field.cells[i] = run.next[i];
    }
    return change;
}

void work(Run& run, unsigned worker, unsigned crew) {
    Part part = {run.field.rows * worker / crew, run.field.rows * (worker + 1) / crew};
    while (run.outcome.rest == 0 && run.outcome.steps < run.rules.most_steps) {
        if (worker == 0) {
            feed(run);
        }
        run.meeting.meet();
        even_out(run, part);
        run.meeting.meet();
        std::uint64_t change = take_over(run, part);
        {
            std::lock_guard<std::mutex> guard(run.mutex);
            run.change += change;
        }
        run.meeting.meet();
        if (worker == 0) {
            run.outcome.change = run.change;
            run.outcome.steps += 1;
            run.outcome.rest = run.change <= run.rules.calm ? 1 : 0;
            run.change = 0;
        }
        run.meeting.meet();
    }
}

}  // namespace

extern "C" Outcome run_field(const Field& field, const Rules& rules, unsigned crew) {
    Run run{field, rules, std::vector<std::int32_t>(field.rows * field.columns), Meeting(crew), {}};
    std::vector<std::thread> others;
    for (unsigned worker = 1; worker < crew; ++worker) {
        others.emplace_back(work, std::ref(run), worker, crew);
    }
    work(run, 0, crew);
    for (std::thread& other : others) {
        other.join();
    }
    return run.outcome;
}
