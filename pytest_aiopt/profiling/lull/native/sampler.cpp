// When a thread is sampled: by a kernel timer that counts its CPU time, where the process may have one. It
// never interrupts a sleeper, and does not depend on when some other thread gets to run.
#include "lull.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lull {

Nanoseconds sample_cost = 0;

namespace {

constexpr int out_of_the_way = 200;  // descriptors that programs do not expect to get

int open_timer(int tid, bool with_kernel) {
    perf_event_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_TASK_CLOCK;
    attributes.sample_period = static_cast<std::uint64_t>(plan.period);
    attributes.wakeup_events = 1;
    attributes.disabled = 1;
    attributes.exclude_kernel = !with_kernel;
    attributes.exclude_hv = 1;
    return static_cast<int>(syscall(SYS_perf_event_open, &attributes, tid, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

Nanoseconds jittered_period(const Thread& thread) {  // 3/4 to 5/4: no loop of the program keeps step with it
    std::uint64_t x = static_cast<std::uint64_t>(thread.sampled_cpu.load()) * 0x9E3779B97F4A7C15ull;
    x ^= x >> 29;
    return plan.period * 3 / 4 + static_cast<Nanoseconds>(x % static_cast<std::uint64_t>(plan.period / 2 + 1));
}

// Some work that takes the same time whenever it is done; returns the CPU time that it took this time.
Nanoseconds timed_work() {
    constexpr int amount = 150000;
    const Nanoseconds from = thread_cpu();
    std::uint64_t x = 1;
    for (int i = 0; i < amount; ++i) {
        x = x * 6364136223846793005ull + 1;
        asm volatile("" : "+r"(x));
    }
    return thread_cpu() - from;
}

}  // namespace

// The least of several rounds: whatever else the machine does makes them longer.
void calibrate() {
    constexpr int rounds = 5;
    constexpr Nanoseconds often = 40 * microsecond;
    Nanoseconds plain = INT64_MAX, least = INT64_MAX;
    for (int i = 0; i < rounds; ++i) {
        set_sampler(*self, 0);
        const Nanoseconds alone = timed_work();
        plain = alone < plain ? alone : plain;
        set_sampler(*self, often);
        const unsigned before = self->signals.load();
        const Nanoseconds sampled = timed_work();
        const auto samples = static_cast<Nanoseconds>(self->signals.load() - before);
        if (samples < 3) continue;
        const Nanoseconds cost = (sampled - plain) / samples;
        least = cost < least ? cost : least;
    }
    set_sampler(*self, plan.period);
    if (least != INT64_MAX && least > 0) sample_cost = least;
}

bool start_sampler(Thread& thread, int tid, int signal) {
    if (plan.paced) return false;
    int timer = open_timer(tid, true);
    if (timer < 0) timer = open_timer(tid, false);
    if (timer < 0) return false;
    const int moved = fcntl(timer, F_DUPFD_CLOEXEC, out_of_the_way);
    if (moved >= 0) {
        syscall(SYS_close, timer);
        timer = moved;
    }
    const f_owner_ex owner{F_OWNER_TID, tid};
    const bool works = fcntl(timer, F_SETOWN_EX, &owner) == 0 && fcntl(timer, F_SETSIG, signal) == 0 &&
                       fcntl(timer, F_SETFL, O_ASYNC | O_NONBLOCK) == 0 && ioctl(timer, PERF_EVENT_IOC_ENABLE, 0) == 0;
    if (!works) {
        syscall(SYS_close, timer);
        return false;
    }
    thread.timer = timer;
    return true;
}

void rearm_sampler(const Thread& thread) {
    if (thread.timer < 0) return;
    auto period = static_cast<std::uint64_t>(jittered_period(thread));
    ioctl(thread.timer, PERF_EVENT_IOC_PERIOD, &period);
}

void set_sampler(const Thread& thread, Nanoseconds period) {
    if (thread.timer < 0) return;
    auto value = static_cast<std::uint64_t>(period);
    if (period) ioctl(thread.timer, PERF_EVENT_IOC_PERIOD, &value);
    ioctl(thread.timer, period ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0);
}

void stop_sampler(Thread& thread) {
    if (thread.timer < 0) return;
    syscall(SYS_close, thread.timer);
    thread.timer = -1;
}

}  // namespace lull
