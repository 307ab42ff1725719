// Lull: virtual speedups that include blocked time. What the parts of the library share.
//
// To see what a faster line would do, everybody else is paused while it runs. A thread's virtual clock is
// wall time less what it has paid: paused itself, been credited for time on the line under test, or been sampled,
// which takes time that is not the program's.
// All threads are kept together: whoever is behind the highest payment pauses until he has caught up, when he is
// next sampled or before he next waits for or wakes another.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>

namespace lull {

using Nanoseconds = std::int64_t;

constexpr Nanoseconds microsecond = 1000;
constexpr int max_threads = 512;
constexpr int no_line = -1;

// ---- clocks

inline Nanoseconds read_clock(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return Nanoseconds{t.tv_sec} * 1000000000 + t.tv_nsec;
}
inline Nanoseconds wall() { return read_clock(CLOCK_MONOTONIC); }
inline Nanoseconds thread_cpu() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }
void sleep_until(Nanoseconds wall_time);  // by the bare system call, which nobody wraps

// ---- the plan: which lines there are, where they lie, what to try

struct Step {
    int line = no_line;
    int permille = 0;  // how much faster the line is made to look
};

struct Plan {
    Nanoseconds period = 1000 * microsecond;   // between samples
    Nanoseconds window = 50000 * microsecond;  // shortest experiment
    bool paced = false;                        // do without performance counters
    bool end_to_end = false;                   // one experiment: the whole run
    int steps = 0;
    Step* step = nullptr;
    int lines = 0;
    char** name = nullptr;
};

extern Plan plan;
bool load_plan(const char* path);
int line_at(std::uintptr_t address);       // no_line where it is none of the program's
bool in_program(std::uintptr_t address);  // whether it is code of the main executable

// ---- call chains

struct Registers {
    std::uintptr_t code, stack, frame;
};

// The lines of the program on a call chain, innermost first.
struct Site {
    static constexpr int most = 16;
    int count = 0;
    int lines[most] = {};

    int line() const { return count ? lines[0] : no_line; }
    bool has(int line) const {
        for (int i = 0; i < count; ++i)
            if (lines[i] == line) return true;
        return false;
    }
    void add(int line) {
        if (line != no_line && count < most) lines[count++] = line;
    }
};

Site find_site(const Registers& at, std::uintptr_t stack_end);

// ---- threads and their virtual clocks

enum class State : int { running, waiting, paused };

struct alignas(64) Thread {
    std::atomic<int> tid{0};  // 0: the slot is free
    clockid_t cpu_clock{};
    int timer = -1;  // the descriptor of its sampler
    std::uintptr_t stack_end = 0;
    std::atomic<State> state{State::running};
    std::atomic<Nanoseconds> paid{0};
    std::atomic<Nanoseconds> sampled_cpu{0};   // CPU time accounted for so far
    std::atomic<Nanoseconds> blocked_from{0};  // waits for the world, and is credited for it up to then
    Site blocked_at;
    Nanoseconds off_cpu = 0;                   // wall time less CPU time, when it last was known to run
    int processor = -1;                        // on which it last was seen
    std::atomic<unsigned> signals{0};          // of ours that it has handled
    bool sampled_in_pause = false;             // a sample is due that has been paid for
    volatile int depth = 0;                    // inside the library; read by its signal handlers
};

extern Thread threads[max_threads];
extern std::atomic<int> slots_used;
extern std::atomic<int> threads_unseen;
extern Nanoseconds sample_cost;         // CPU time that a sample takes, interrupts included
extern std::atomic<int> threads_paced;  // sampled when the pacer gets to run: less exact
extern thread_local Thread* self;
extern std::atomic<Nanoseconds> required;  // the highest payment

void enter_thread(Nanoseconds paid);
void leave_thread();
void start_pacer();
void wake_pacer();  // a thread waits on the line under test
bool start_sampler(Thread& thread, int tid, int signal);  // whether the process may
void rearm_sampler(const Thread& thread);
void stop_sampler(Thread& thread);
void set_sampler(const Thread& thread, Nanoseconds period);  // 0: off
void calibrate();  // what a sample costs, before the program begins
void credit(Thread& thread, Nanoseconds amount);
void credit_blocked(Thread& thread, Nanoseconds now);  // for its waiting so far
void credit_all_blocked(Nanoseconds now);
void settle();                      // pause until the debt is paid
void wait_longer();                 // the same after a wait for the world, which takes no processor either
void forgive(Nanoseconds waited);  // for a wait that another thread of the program ended
void install_handlers();

// ---- processors: where there are fewer than threads, each has a clock that its threads hand on

void count_processors();
bool crowded();                             // whether more threads want to run than can
bool processors_are_free();                 // whether one more thread would take no turn from another
Nanoseconds take_processor();               // as the thread that runs; returns its CPU time
void leave_clock();                         // for who comes next: after each change of what was paid
void run_again(Nanoseconds now);            // after a wait or a pause, which were no lack of a processor

// ---- experiments

struct Experiment {
    int line;
    int permille;

    bool covers(const Site& site) const { return permille && site.has(line); }
};

Experiment current_experiment();
void charge_cpu(const Site& site, Nanoseconds time);
void charge_blocked(const Site& site, Nanoseconds time);
void open_output(const char* path);
void start_experiments();
void finish_experiments();

// ---- descriptors: who wakes a reader, a thread of this process or the world

enum class Waker { thread, world };
Waker waker_of(int descriptor);

// Keeps the library's own work out of its accounts.
class Inside {
public:
    Inside() {
        if (self) self->depth = self->depth + 1;
    }
    ~Inside() {
        if (self) self->depth = self->depth - 1;
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
};

}  // namespace lull
