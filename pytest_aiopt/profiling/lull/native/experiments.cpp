// Experiments: from one visit of the progress point to a later one, a line looks faster by so much.
//
// The length of one is measured on the virtual clocks of the visiting threads, so that neither pauses still
// owed at its ends nor the last, unfinished one of a run can falsify it. Output: Coz's text format.
#include "lull.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lull {
namespace {

constexpr int max_points = 16;
constexpr std::size_t name_size = 64;

struct Point {
    char name[name_size] = {};
    std::atomic<long> visits{0};
    long at_start = 0;
};

struct Cost {
    std::atomic<Nanoseconds> cpu{0}, blocked{0};
};

int output = -1;
__constinit Point points[max_points];
std::atomic<int> point_count{0};
std::atomic_flag points_busy = ATOMIC_FLAG_INIT;
std::atomic_flag experiment_busy = ATOMIC_FLAG_INIT;
std::atomic<long> packed{0};  // line and permille of the current experiment, read in signal handlers
Cost* costs = nullptr;        // by line; the last one is for what is on no line
std::atomic<Nanoseconds> on_tested{0};  // time on the line under test, all threads

bool started = false;  // what follows belongs to whoever holds experiment_busy
int next_step = 0;
Nanoseconds started_wall, started_virtual, started_required, started_on_tested, run_start;

void put(const char* format, ...) __attribute__((format(printf, 1, 2)));
void put(const char* format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int size = std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size >= static_cast<int>(sizeof text)) size = sizeof text - 1;
    if (output >= 0 && size > 0) syscall(SYS_write, output, text, size);
}

const char* name_of(int line) { return line == no_line ? "none:0" : plan.name[line]; }

void set_experiment(Step step) { packed.store((static_cast<long>(step.line) << 16) | step.permille); }

Nanoseconds virtual_now() { return wall() - (self ? self->paid.load() : required.load()); }

void begin(Nanoseconds now, Nanoseconds now_virtual) {
    started = true;
    set_experiment(plan.steps ? plan.step[next_step++ % plan.steps] : Step{});
    started_wall = now;
    started_virtual = now_virtual;
    started_required = required.load();
    started_on_tested = on_tested.load();
}

void write_experiment(Nanoseconds duration) {
    const Experiment experiment = current_experiment();
    const Nanoseconds seen = on_tested.load() - started_on_tested;
    put("experiment\tselected=%s\tspeedup=%.3f\tduration=%ld\tselected-samples=%ld\tdelay=%ld\n",
        name_of(experiment.line), experiment.permille / 1000.0, static_cast<long>(duration),
        static_cast<long>((seen + plan.period / 2) / plan.period),
        static_cast<long>(required.load() - started_required));
}

// Ends the experiment at the visit number ``visit`` of the first point, once it is long enough; starts the next.
void turn(Point& point, long visit) {
    if (!plan.steps || plan.end_to_end || &point != &points[0]) return;
    if (experiment_busy.test_and_set(std::memory_order_acquire)) return;
    const Nanoseconds now = wall();
    const bool long_enough = started && now - started_wall >= plan.window && visit > point.at_start;
    if (!started || long_enough) {
        credit_all_blocked(now);
        take_processor();
        settle();
        const Nanoseconds now_virtual = virtual_now();
        if (long_enough) {
            write_experiment(now_virtual - started_virtual);
            put("throughput-point\tname=%s\tdelta=%ld\n", point.name, visit - point.at_start);
        }
        point.at_start = visit;
        begin(now, now_virtual);
    }
    experiment_busy.clear(std::memory_order_release);
}

Point* find_point(const char* name) {
    const int known = point_count.load(std::memory_order_acquire);
    for (int i = 0; i < known; ++i)
        if (std::strcmp(points[i].name, name) == 0) return &points[i];
    return nullptr;
}

Point* make_point(const char* name) {
    while (points_busy.test_and_set(std::memory_order_acquire)) {}
    Point* point = find_point(name);
    const int count = point_count.load();
    if (!point && count < max_points) {
        point = &points[count];
        std::strncpy(point->name, name, name_size - 1);
        point_count.store(count + 1, std::memory_order_release);
    }
    points_busy.clear(std::memory_order_release);
    return point;
}

Cost& cost_of(int line) { return costs[line == no_line ? plan.lines : line]; }

}  // namespace

Experiment current_experiment() {
    const long value = packed.load(std::memory_order_relaxed);
    return {static_cast<int>(value >> 16), static_cast<int>(value & 0xFFFF)};
}

void charge_cpu(const Site& site, Nanoseconds time) {
    if (time <= 0 || !costs) return;
    cost_of(site.line()).cpu.fetch_add(time, std::memory_order_relaxed);
    if (site.has(current_experiment().line)) on_tested.fetch_add(time, std::memory_order_relaxed);
}

void charge_blocked(const Site& site, Nanoseconds time) {
    if (time <= 0 || !costs) return;
    cost_of(site.line()).blocked.fetch_add(time, std::memory_order_relaxed);
    if (site.has(current_experiment().line)) on_tested.fetch_add(time, std::memory_order_relaxed);
}

void open_output(const char* path) { output = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644); }

void start_experiments() {
    costs = new Cost[static_cast<std::size_t>(plan.lines) + 1];
    set_experiment({});
    run_start = wall();
    put("startup\ttime=%ld\n", static_cast<long>(read_clock(CLOCK_REALTIME)));
    if (plan.end_to_end) begin(run_start, virtual_now());
}

void finish_experiments() {
    if (output < 0) return;
    const Nanoseconds now = wall();
    if (plan.end_to_end) {
        write_experiment(virtual_now() - started_virtual);
        put("throughput-point\tname=end-to-end\tdelta=1\n");
    }
    set_experiment({});
    put("runtime\ttime=%ld\tdelay=%ld\tunseen=%d\tpaced=%d\tcost=%ld\n", static_cast<long>(now - run_start),
        static_cast<long>(required.load()), threads_unseen.load(), threads_paced.load(),
        static_cast<long>(sample_cost));
    for (int i = 0; i <= plan.lines; ++i) {
        const Nanoseconds cpu = costs[i].cpu.load(), blocked = costs[i].blocked.load();
        if (cpu + blocked == 0) continue;
        put("samples\tlocation=%s\tcount=%ld\tcpu=%ld\tblocked=%ld\n", name_of(i == plan.lines ? no_line : i),
            static_cast<long>((cpu + blocked + plan.period / 2) / plan.period), static_cast<long>(cpu),
            static_cast<long>(blocked));
    }
    close(output);
    output = -1;
}

}  // namespace lull

extern "C" void lull_progress(const char* name) {
    using namespace lull;
    if (!self) return;
    Inside inside;
    Point* point = find_point(name);
    if (!point) point = make_point(name);
    if (point) turn(*point, point->visits.fetch_add(1) + 1);
}
