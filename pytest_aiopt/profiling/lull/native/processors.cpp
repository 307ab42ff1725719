// More threads than processors. A thread that waits for a processor gains from a faster line of the thread before it:
// it gets its turn earlier. So a processor is handed on like a lock, and the virtual clock with it.
#include "lull.hpp"

#include <sched.h>

namespace lull {
namespace {

constexpr int most = 1024;
constexpr Nanoseconds interrupted = 100 * microsecond;  // shorter absences are interrupts

struct alignas(64) Processor {
    std::atomic<const Thread*> thread{nullptr};  // the last that was seen on it
    std::atomic<Nanoseconds> paid{0};
    std::atomic<Nanoseconds> seen{0};
};

__constinit Processor seats[most];
int processors = 1;

Processor* here() {
    const int number = sched_getcpu();
    return number >= 0 && number < most ? &seats[number] : nullptr;
}

int runnable() {
    int count = 0;
    for (int i = 0; i < slots_used.load(); ++i)
        count += threads[i].tid.load() && threads[i].state.load() != State::waiting;
    return count;
}

}  // namespace

void count_processors() {
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) == 0) processors = CPU_COUNT(&usable);
}

bool crowded() { return runnable() > processors; }

bool processors_are_free() { return runnable() < processors; }

Nanoseconds take_processor() {
    const Nanoseconds cpu = thread_cpu();  // first: where this call ends, the thread may lose its turn
    const Nanoseconds now = wall(), lost = now - cpu - self->off_cpu;
    self->off_cpu = now - cpu;
    Processor* seat = here();
    if (!seat) return cpu;
    const bool recent = seat->seen.load() > now - lost - 2 * plan.period;
    const bool handed_on = lost > interrupted && seat->thread.load() != self && recent;
    const Nanoseconds ahead = seat->paid.load() - self->paid.load();
    if (handed_on && ahead > 0) self->paid.fetch_add(ahead < lost ? ahead : lost);
    seat->thread.store(self);
    seat->paid.store(self->paid.load());
    seat->seen.store(now);
    self->processor = static_cast<int>(seat - seats);
    return cpu;
}

void leave_clock() {
    const int number = self->processor;
    if (number >= 0 && seats[number].thread.load() == self) seats[number].paid.store(self->paid.load());
}

void run_again(Nanoseconds now) { self->off_cpu = now - thread_cpu(); }

}  // namespace lull
