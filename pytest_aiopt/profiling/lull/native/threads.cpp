// The threads of the program: their virtual clocks, pausing, and the pacer that has them sampled.
#include "lull.hpp"
#include "real.hpp"

#include <cerrno>
#include <csignal>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void* __libc_stack_end;

namespace lull {

__constinit Thread threads[max_threads];  // before any constructor runs, ours included
std::atomic<int> slots_used{0};
std::atomic<int> threads_unseen{0};
std::atomic<int> threads_paced{0};
thread_local Thread* self = nullptr;
std::atomic<Nanoseconds> required{0};

namespace {

constexpr int sample_signal = SIGPROF;
constexpr Nanoseconds grain = 20 * microsecond;    // smaller debts wait
constexpr Nanoseconds lazy = 1000 * microsecond;   // the same between two meetings with other threads
constexpr unsigned rearmed = 8;                    // samples between changes of the period, which cost as much
constexpr Nanoseconds spun = 100 * microsecond;     // the end of a pause, which no timer hits exactly
int process = 0;

void signal_thread(const Thread& thread, int signal) {
    const int tid = thread.tid.load(std::memory_order_relaxed);
    if (tid) syscall(SYS_tgkill, process, tid, signal);
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

// Samples or credits a thread where nothing else does; returns whether it will have to be visited again.
bool visit_thread(Thread& thread) {
    if (!thread.tid.load()) return false;
    if (thread.state.load() != State::running) {
        credit_blocked(thread, wall());
        return thread.blocked_from.load() && current_experiment().covers(thread.blocked_at);
    }
    if (thread.timer >= 0) return false;
    timespec t{};
    if (clock_gettime(thread.cpu_clock, &t) != 0) return false;  // it has just ended
    const Nanoseconds cpu = Nanoseconds{t.tv_sec} * 1000000000 + t.tv_nsec;
    if (cpu - thread.sampled_cpu.load() >= plan.period / 2) signal_thread(thread, sample_signal);
    return true;
}

bool visit_threads() {
    bool again = false;
    for (int i = 0; i < slots_used.load(); ++i) again = visit_thread(threads[i]) || again;
    return again;
}

// Asks for short turns, which come soon after waking up: threads are sampled in time then. Older kernels refuse.
void take_short_turns() {
    struct {
        std::uint32_t size, policy;
        std::uint64_t flags;
        std::int32_t nice;
        std::uint32_t priority;
        std::uint64_t turn, deadline, period;
    } wanted{sizeof wanted, SCHED_OTHER, 0, getpriority(PRIO_PROCESS, 0), 0, 100 * microsecond, 0, 0};
    syscall(SYS_sched_setattr, 0, &wanted, 0);
}

// The pacer takes a processor from the program each time, so it sleeps while nobody needs it.
std::atomic<int> pacer_asleep{0};

void* pace(void*) {
    constexpr timespec nap{0, 5000000};  // threads begin to need it with experiments, too
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    prctl(PR_SET_TIMERSLACK, 1);
    take_short_turns();
    for (;;) {
        pacer_asleep.store(1);
        if (visit_threads()) sleep_until(wall() + jittered_period());
        else syscall(SYS_futex, &pacer_asleep, FUTEX_WAIT_PRIVATE, 1, &nap, nullptr, 0);
    }
    return nullptr;
}

// ---- pausing

void require(Nanoseconds paid) {
    Nanoseconds highest = required.load();
    while (paid > highest && !required.compare_exchange_weak(highest, paid)) {}
}

// A pause that leaves the processor idle, but for its last ``spin``. All of it is paid, also what is slept too long.
void sleep_debt(Nanoseconds from, Nanoseconds spin) {
    for (;;) {
        const Nanoseconds now = wall();
        self->paid.fetch_add(now - from);
        from = now;
        const Nanoseconds debt = required.load() - self->paid.load();
        if (debt <= 0) return;
        if (debt > 2 * spin) sleep_until(from + debt - spin);
        while (wall() < from + debt) __builtin_ia32_pause();
    }
}

// A pause that keeps the processor from the threads that wait for it; what it lasts is CPU time.
void spin_debt(Nanoseconds from) {
    constexpr int turns = 40;
    while (required.load() > self->paid.load()) {
        for (int i = 0; i < turns; ++i) __builtin_ia32_pause();
        const Nanoseconds cpu = take_processor();
        self->paid.fetch_add(cpu - from);
        leave_clock();
        from = cpu;
    }
}

// Pauses until nothing is owed, if more than ``left`` is.
void pay(Nanoseconds left) {
    if (required.load() - self->paid.load() <= left) return;
    const Nanoseconds from = wall(), cpu = take_processor();
    const State before = self->state.exchange(State::paused);
    if (crowded()) spin_debt(cpu);
    else sleep_debt(from, spun);
    require(self->paid.load());
    self->state.store(before);
    self->sampled_cpu.fetch_add(thread_cpu() - cpu);
    run_again(wall());
    sigset_t due;
    self->sampled_in_pause = sigpending(&due) == 0 && sigismember(&due, sample_signal) == 1;
}

// ---- signals

void on_sample(int, siginfo_t*, void* context) {
    const int error = errno;
    if (self && self->depth == 0) {
        Inside inside;
        const auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
        const auto get = [registers](int which) { return static_cast<std::uintptr_t>(registers[which]); };
        const Nanoseconds cpu = take_processor(), cost = self->sampled_in_pause ? 0 : sample_cost;
        const Nanoseconds spent = cpu - self->sampled_cpu.exchange(cpu) - cost;
        self->sampled_in_pause = false;
        const Experiment experiment = current_experiment();
        const Site site = find_site({get(REG_RIP), get(REG_RSP), get(REG_RBP)}, self->stack_end);
        charge_cpu(site, spent);
        credit(*self, cost + (experiment.covers(site) ? spent * experiment.permille / 1000 : 0));
        leave_clock();
        if (self->signals.load() % rearmed == 0) rearm_sampler(*self);
        pay(lazy);
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
    sigaction(signal, &action, nullptr);
}

}  // namespace

void sleep_until(Nanoseconds wall_time) {
    const timespec t{static_cast<time_t>(wall_time / 1000000000), static_cast<long>(wall_time % 1000000000)};
    while (syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) != 0 && errno == EINTR) {}
}

void install_handlers() {
    process = getpid();
    count_processors();
    handle(sample_signal, on_sample);
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

void wake_pacer() {
    if (pacer_asleep.exchange(0)) syscall(SYS_futex, &pacer_asleep, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
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
        thread.paid.store(paid);
        thread.sampled_cpu.store(thread_cpu());
        thread.off_cpu = wall() - thread_cpu();
        thread.processor = -1;
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
    require(thread.paid.fetch_add(amount) + amount);
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

void settle() { pay(grain); }

void wait_longer() {
    if (required.load() - self->paid.load() <= grain) return;
    if (processors_are_free()) {
        sleep_debt(wall(), spun);
    } else {
        const int slack = prctl(PR_GET_TIMERSLACK);
        prctl(PR_SET_TIMERSLACK, 1);
        sleep_debt(wall(), 0);
        prctl(PR_SET_TIMERSLACK, slack > 0 ? slack : 0);
    }
    require(self->paid.load());
}

void forgive(Nanoseconds waited) {
    const Nanoseconds debt = required.load() - self->paid.load();
    if (debt > 0 && waited > 0) self->paid.fetch_add(debt < waited ? debt : waited);
}

}  // namespace lull
