// Plans jobs one after the other, as they become ready; each goes to the worker that is free first.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace {

// Links in one array, sorted by one of their jobs.
class Sorted {
public:
    struct Range {
        const Link* first;
        const Link* last;
        const Link* begin() const { return first; }
        const Link* end() const { return last; }
        std::size_t size() const { return static_cast<std::size_t>(last - first); }
    };

    Sorted(const Jobs& jobs, std::uint32_t Link::*key) : starts_(jobs.count + 1), links_(jobs.link_count) {
        for (std::size_t i = 0; i < jobs.link_count; ++i) {
            starts_[jobs.links[i].*key + 1] += 1;
        }
        for (std::size_t job = 0; job < jobs.count; ++job) {
            starts_[job + 1] += starts_[job];
        }
        std::vector<std::size_t> next(starts_);
        for (std::size_t i = 0; i < jobs.link_count; ++i) {
            links_[next[jobs.links[i].*key]++] = jobs.links[i];
        }
    }

    Range operator[](std::size_t job) const {
        return {links_.data() + starts_[job], links_.data() + starts_[job + 1]};
    }

private:
    std::vector<std::size_t> starts_;
    std::vector<Link> links_;
};

// The links by the job that they lead from and by the one that they lead to.
struct Graph {
    explicit Graph(const Jobs& jobs) : from(jobs, &Link::before), to(jobs, &Link::after) {}

    Sorted from;
    Sorted to;
};

class Planner {
public:
    Planner(const Jobs& jobs, std::uint32_t workers, Slot* slots)
        : jobs_(jobs), graph_(jobs), free_(workers, 0), slots_(slots) {}

    void run() {
        std::vector<std::size_t> missing(jobs_.count);
        std::deque<std::uint32_t> ready;
        for (std::uint32_t job = 0; job < jobs_.count; ++job) {
            missing[job] = graph_.to[job].size();
            if (missing[job] == 0) {
                ready.push_back(job);
            }
        }
        while (!ready.empty()) {
            std::uint32_t job = ready.front();
            ready.pop_front();
            place(job);
            for (const Link& link : graph_.from[job]) {
                if (--missing[link.after] == 0) {
                    ready.push_back(link.after);
                }
            }
        }
    }

private:
    void place(std::uint32_t job) {
        std::uint32_t worker = choose_worker();
        std::uint32_t start = std::max(free_[worker], arrival(job, worker));
        slots_[job] = {worker, start};
        free_[worker] = start + jobs_.lengths[job];
    }

    std::uint32_t choose_worker() const {
        auto first = std::min_element(free_.begin(), free_.end());
        return static_cast<std::uint32_t>(first - free_.begin());
    }

    // When everything that a job needs is at a worker.
    std::uint32_t arrival(std::uint32_t job, std::uint32_t worker) const {
        std::uint32_t latest = 0;
        for (const Link& link : graph_.to[job]) {
            const Slot& slot = slots_[link.before];
            std::uint32_t made = slot.start + jobs_.lengths[link.before];
            latest = std::max(latest, slot.worker == worker ? made : made + link.delay);
        }
        return latest;
    }

    Jobs jobs_;
    Graph graph_;
    std::vector<std::uint32_t> free_;
    Slot* slots_;
};

}  // namespace

extern "C" void plan_jobs(Jobs jobs, std::uint32_t workers, Slot* slots) {
    Planner planner(jobs, workers, slots);
    planner.run();
}
