// Wrong: What a worker does is kept in the order of planning, and gaps are looked for as if in that of time.
// Plans ready jobs, those with the longest way to the end first; each goes where it can start first, also between
// others.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <vector>

namespace {

// The links by the job that they lead from and by the one that they lead to.
struct Graph {
    explicit Graph(const Jobs& jobs) : from(jobs.count), to(jobs.count) {
        for (std::size_t i = 0; i < jobs.link_count; ++i) {
            from[jobs.links[i].before].push_back(jobs.links[i]);
            to[jobs.links[i].after].push_back(jobs.links[i]);
        }
    }

    std::vector<std::vector<Link>> from;
    std::vector<std::vector<Link>> to;
};

// A stretch of time in which a worker is at work.
struct Busy {
    std::uint32_t start;
    std::uint32_t end;
};

class Planner {
public:
    Planner(const Jobs& jobs, std::uint32_t workers, Slot* slots)
        : jobs_(jobs), graph_(jobs), busy_(workers), slots_(slots) {}

    void run() {
        std::vector<std::size_t> missing(jobs_.count);
        const std::vector<std::uint64_t> ways = ways_to_end();
        auto shorter = [&ways](std::uint32_t a, std::uint32_t b) { return ways[a] < ways[b]; };
        std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, decltype(shorter)> ready(shorter);
        for (std::uint32_t job = 0; job < jobs_.count; ++job) {
            missing[job] = graph_.to[job].size();
            if (missing[job] == 0) {
                ready.push(job);
            }
        }
        while (!ready.empty()) {
            std::uint32_t job = ready.top();
            ready.pop();
            place(job);
            for (const Link& link : graph_.from[job]) {
                if (--missing[link.after] == 0) {
                    ready.push(link.after);
                }
            }
        }
    }

private:
    // For each job, the longest chain of jobs that starts with it, with half of the delays on the way.
    std::vector<std::uint64_t> ways_to_end() const {
        std::vector<std::uint32_t> order;
        std::vector<std::size_t> open(jobs_.count);
        for (std::uint32_t job = 0; job < jobs_.count; ++job) {
            open[job] = graph_.from[job].size();
            if (open[job] == 0) {
                order.push_back(job);
            }
        }
        std::vector<std::uint64_t> ways(jobs_.count);
        for (std::size_t i = 0; i < order.size(); ++i) {
            std::uint32_t job = order[i];
            for (const Link& link : graph_.from[job]) {
                ways[job] = std::max(ways[job], ways[link.after] + link.delay / 2);
            }
            ways[job] += jobs_.lengths[job];
            for (const Link& link : graph_.to[job]) {
                if (--open[link.before] == 0) {
                    order.push_back(link.before);
                }
            }
        }
        return ways;
    }

    void place(std::uint32_t job) {
        Slot best{0, earliest(job, 0)};
        for (std::uint32_t worker = 1; worker < busy_.size(); ++worker) {
            std::uint32_t start = earliest(job, worker);
            if (start < best.start) {
                best = {worker, start};
            }
        }
        slots_[job] = best;
        std::vector<Busy>& busy = busy_[best.worker];
        auto later = std::find_if(busy.begin(), busy.end(), [&best](Busy one) { return one.start >= best.start; });
        (void)later;
        busy.push_back({best.start, best.start + jobs_.lengths[job]});
    }

    // The first time from which on a worker has nothing else to do for as long as a job is.
    std::uint32_t earliest(std::uint32_t job, std::uint32_t worker) const {
        std::uint32_t start = arrival(job, worker);
        const std::vector<Busy>& busy = busy_[worker];
        auto one = std::find_if(busy.begin(), busy.end(), [start](Busy each) { return each.end > start; });
        for (; one != busy.end() && one->start < start + jobs_.lengths[job]; ++one) {
            start = std::max(start, one->end);
        }
        return start;
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
    std::vector<std::vector<Busy>> busy_;
    Slot* slots_;
};

}  // namespace

extern "C" void plan_jobs(Jobs jobs, std::uint32_t workers, Slot* slots) {
    Planner planner(jobs, workers, slots);
    planner.run();
}
