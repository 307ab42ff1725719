// The threads of the program: their virtual clocks, pausing, and the pacer that has them sampled.
#include "lull.hpp"
#include "real.hpp"

#include <cerrno>
#include <csignal>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void* __libc_stack_end;

namespace lull {

__constinit Thread threads[max_threads];  // before any constructor runs, ours included
std::atomic<int> slots_used{0};
std::atomic<int> threads_unseen{0};
std::atomic<int> threads_paced{0};
std::atomic<long> crowded_pauses{0};
thread_local Thread* self = nullptr;
std::atomic<Nanoseconds> required{0};

namespace {

constexpr int sample_signal = SIGPROF;
constexpr int pause_signal = SIGSTKFLT;  // the kernel never sends it
constexpr Nanoseconds grain = 20 * microsecond;    // smaller debts wait
constexpr Nanoseconds crowded_grain = 1000 * microsecond;  // the same where pauses can only be slept
constexpr Nanoseconds spun = 80 * microsecond;     // the end of a pause, which no timer hits exactly
int process = 0, processors = 1;

void signal_thread(const Thread& thread, int signal) {
    const int tid = thread.tid.load(std::memory_order_relaxed);
    if (tid) syscall(SYS_tgkill, process, tid, signal);
}

// Whether more threads want to run than can: then the pause of one would only make room for another, unless
// all of them pause at the same time.
bool crowded() {
    int runnable = 0;
    for (int i = 0; i < slots_used.load(); ++i)
        runnable += threads[i].tid.load() && threads[i].state.load() != State::waiting;
    return runnable > processors;
}

bool is_other(const Thread& thread, const Thread& creditor) {
    return &thread != &creditor && thread.tid.load() && thread.state.load() == State::running;
}

// Asks those to pause who owe. One who is on the line himself will soon be credited, and need not.
void demand_each(const Thread& creditor, Nanoseconds highest) {
    const Nanoseconds now = wall();
    for (int i = 0; i < slots_used.load(); ++i) {
        const Thread& thread = threads[i];
        if (is_other(thread, creditor) && highest - thread.paid.load() > grain &&
            now - thread.last_on_line.load() >= 2 * plan.period)
            signal_thread(thread, pause_signal);
    }
}

// Asks all to pause at the same time, once somebody owes enough.
void demand_together(const Thread& creditor, Nanoseconds highest) {
    bool enough = false;
    for (int i = 0; i < slots_used.load(); ++i)
        enough = enough || (is_other(threads[i], creditor) && highest - threads[i].paid.load() > crowded_grain);
    if (enough) crowded_pauses.fetch_add(1);
    for (int i = 0; enough && i < slots_used.load(); ++i)
        if (is_other(threads[i], creditor) && threads[i].paid.load() < highest)
            signal_thread(threads[i], pause_signal);
}

void demand(const Thread& creditor) {
    if (crowded()) demand_together(creditor, required.load());
    else demand_each(creditor, required.load());
}

std::uintptr_t end_of_stack() {
    if (syscall(SYS_gettid) == process) return reinterpret_cast<std::uintptr_t>(__libc_stack_end);
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
    void* bottom = nullptr;
    std::size_t size = 0;
    pthread_attr_getstack(&attributes, &bottom, &size);
    pthread_attr_destroy(&attributes);
    return reinterpret_cast<std::uintptr_t>(bottom) + size;
}

// ---- the pacer

Nanoseconds jittered_period() {  // uniform in 3/4 to 5/4, so that no loop of the program keeps step with it
    static std::uint64_t x = 88172645463325252ull;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    return plan.period * 3 / 4 + static_cast<Nanoseconds>(x % static_cast<std::uint64_t>(plan.period / 2 + 1));
}

void visit_thread(Thread& thread) {
    if (!thread.tid.load()) return;
    if (thread.state.load() == State::running) {
        if (thread.timer >= 0) return;
        timespec t{};
        if (clock_gettime(thread.cpu_clock, &t) != 0) return;  // it has just ended
        const Nanoseconds cpu = Nanoseconds{t.tv_sec} * 1000000000 + t.tv_nsec;
        if (cpu - thread.sampled_cpu.load() >= plan.period / 2) signal_thread(thread, sample_signal);
    } else {
        credit_blocked(thread, wall());
    }
}

void* pace(void*) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    prctl(PR_SET_TIMERSLACK, 1);
    for (;;) {
        sleep_until(wall() + jittered_period());
        for (int i = 0; i < slots_used.load(); ++i) visit_thread(threads[i]);
    }
    return nullptr;
}

// ---- pausing

// Pauses until no more than ``left`` is owed, or does nothing where that is so. All that the pause takes is paid,
// also what is slept too long; but not the wait for a free processor, where there are too few.
void pay(Nanoseconds left) {
    Nanoseconds debt = required.load() - self->paid.load();
    if (debt <= left) return;
    Nanoseconds from = wall();
    const bool many = crowded();
    const Nanoseconds cpu = thread_cpu();
    const State before = self->state.exchange(State::paused);
    const auto pay_until_now = [&from, &debt] {
        const Nanoseconds now = wall(), most = debt > 0 ? debt + spun : spun;
        self->paid.fetch_add(now - from < most ? now - from : most);
        from = now;
        debt = required.load() - self->paid.load();
    };
    while (debt > (many ? left : 0)) {
        if (debt > 2 * spun) sleep_until(from + debt - spun);
        while (!many && wall() < from + debt) __builtin_ia32_pause();
        pay_until_now();
    }
    self->state.store(before);
    self->sampled_cpu.fetch_add(thread_cpu() - cpu);
    pay_until_now();
}

// ---- signals

void on_sample(int, siginfo_t*, void* context) {
    const int error = errno;
    if (self && self->depth == 0) {
        Inside inside;
        const auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
        const auto get = [registers](int which) { return static_cast<std::uintptr_t>(registers[which]); };
        const Nanoseconds cpu = thread_cpu(), spent = cpu - self->sampled_cpu.exchange(cpu);
        const Experiment experiment = current_experiment();
        const Site site = find_site({get(REG_RIP), get(REG_RSP), get(REG_RBP)}, self->stack_end);
        charge_cpu(site, spent);
        if (experiment.covers(site)) {
            self->last_on_line.store(wall());
            credit(*self, spent * experiment.permille / 1000);
        }
        rearm_sampler(*self);
        settle();
    }
    if (self) self->signals.fetch_add(1, std::memory_order_relaxed);
    errno = error;
}

void on_pause(int, siginfo_t*, void*) {
    const int error = errno;
    if (self && self->depth == 0) {
        Inside inside;
        pay(0);
    }
    if (self) self->signals.fetch_add(1, std::memory_order_relaxed);
    errno = error;
}

void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, sample_signal);
    sigaddset(&action.sa_mask, pause_signal);
    sigaction(signal, &action, nullptr);
}

}  // namespace

void sleep_until(Nanoseconds wall_time) {
    const timespec t{static_cast<time_t>(wall_time / 1000000000), static_cast<long>(wall_time % 1000000000)};
    while (syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) != 0 && errno == EINTR) {}
}

void install_handlers() {
    process = getpid();
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) == 0) processors = CPU_COUNT(&usable);
    handle(sample_signal, on_sample);
    handle(pause_signal, on_pause);
}

void start_pacer() {
    pthread_t pacer;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    if (real::pthread_create(&pacer, nullptr, pace, nullptr) == 0) pthread_detach(pacer);
    else threads_unseen.fetch_add(1);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void enter_thread(Nanoseconds paid) {
    const int tid = static_cast<int>(syscall(SYS_gettid));
    for (int i = 0; i < max_threads; ++i) {
        int free = 0;
        Thread& thread = threads[i];
        if (!thread.tid.compare_exchange_strong(free, -1)) continue;  // taken, but not yet to be visited
        pthread_getcpuclockid(pthread_self(), &thread.cpu_clock);
        thread.stack_end = end_of_stack();
        thread.depth = 0;
        thread.blocked_from.store(0);
        thread.last_on_line.store(0);
        thread.paid.store(paid);
        thread.sampled_cpu.store(thread_cpu());
        thread.state.store(State::running);
        self = &thread;
        for (int seen = slots_used.load(); seen <= i && !slots_used.compare_exchange_weak(seen, i + 1);) {}
        if (!start_sampler(thread, tid, sample_signal)) threads_paced.fetch_add(1);
        thread.tid.store(tid);
        return;
    }
    threads_unseen.fetch_add(1);
}

void leave_thread() {
    if (!self) return;
    self->depth = self->depth + 1;
    settle();
    Thread& thread = *self;
    stop_sampler(thread);
    self = nullptr;
    thread.tid.store(0);
}

void credit(Thread& thread, Nanoseconds amount) {
    if (amount <= 0) return;
    const Nanoseconds paid = thread.paid.fetch_add(amount) + amount;
    Nanoseconds highest = required.load();
    while (paid > highest && !required.compare_exchange_weak(highest, paid)) {}
    if (paid > highest) demand(thread);
}

void credit_blocked(Thread& thread, Nanoseconds now) {
    Nanoseconds from = thread.blocked_from.load();
    while (from && now > from) {
        if (!thread.blocked_from.compare_exchange_weak(from, now)) continue;
        const Experiment experiment = current_experiment();
        if (experiment.covers(thread.blocked_at)) credit(thread, (now - from) * experiment.permille / 1000);
        return;
    }
}

void credit_all_blocked(Nanoseconds now) {
    for (int i = 0; i < slots_used.load(); ++i) credit_blocked(threads[i], now);
}

void settle() { pay(crowded() ? crowded_grain : grain); }

void forgive(Nanoseconds waited) {
    const Nanoseconds debt = required.load() - self->paid.load();
    if (debt > 0 && waited > 0) self->paid.fetch_add(debt < waited ? debt : waited);
}

}  // namespace lull
