// Wrong: The numbers that change chains go on from call to call.
// Plans ready jobs, those with the longest way to the end first; each goes where it can start first, also between
// others. Of several plans, for which delays weigh more or less on the way, the one that ends first is taken.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <vector>

namespace {

constexpr std::uint32_t kTurns = 12;

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
    Planner(const Jobs& jobs, std::uint32_t workers)
        : jobs_(jobs), graph_(jobs), busy_(workers), slots_(jobs.count) {}

    // Makes a plan in which a delay on a way counts `weight` quarters, and each job up to `turn` more than it is;
    // returns its end.
    std::uint32_t run(std::uint32_t weight, std::uint32_t turn) {
        weight_ = weight;
        turn_ = turn;
        end_ = 0;
        for (std::vector<Busy>& busy : busy_) {
            busy.clear();
        }
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
        return end_;
    }

    const std::vector<Slot>& slots() const { return slots_; }

private:
    // A number that differs from job to job and from turn to turn.
    std::uint32_t mixed(std::uint32_t job) const {
        std::uint64_t bits = (job * 0x9e3779b97f4a7c15ull + turn_) * 0xbf58476d1ce4e5b9ull;
        return static_cast<std::uint32_t>(bits >> 40);
    }

    // For each job, the longest chain of jobs that starts with it, with a part of the delays on the way.
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
                ways[job] = std::max(ways[job], ways[link.after] + link.delay * weight_ / 4);
            }
            ways[job] += jobs_.lengths[job] + mixed(job) % (turn_ + 1);
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
        end_ = std::max(end_, best.start + jobs_.lengths[job]);
        std::vector<Busy>& busy = busy_[best.worker];
        auto later = std::find_if(busy.begin(), busy.end(), [&best](Busy one) { return one.start >= best.start; });
        busy.insert(later, {best.start, best.start + jobs_.lengths[job]});
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
    std::vector<Slot> slots_;
    std::uint32_t weight_ = 0;
    std::uint32_t turn_ = 0;
    std::uint32_t end_ = 0;
};

}  // namespace

extern "C" void plan_jobs(Jobs jobs, std::uint32_t workers, Slot* slots) {
    Planner planner(jobs, workers);
    std::uint32_t first = 0;
    for (std::uint32_t turn = 0; turn < kTurns; ++turn) {
        static std::uint32_t calls = 0;
        std::uint32_t end = planner.run(turn % 6, 2 * (++calls % 50));
        if (turn == 0 || end < first) {
            first = end;
            std::copy(planner.slots().begin(), planner.slots().end(), slots);
        }
    }
}
