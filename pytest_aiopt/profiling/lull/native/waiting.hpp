// What a wrapped call does around the real one: accounts for the wait, and takes or is spared the pauses.
#pragma once

#include "lull.hpp"
#include "real.hpp"

#include <cerrno>

namespace lull {

// The registers of the caller of the function that this stands in.
#define LULL_CALLER                                                                              \
    ::lull::Registers {                                                                          \
        static_cast<const std::uintptr_t*>(__builtin_frame_address(0))[1] - 1,                   \
            reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) + 16,                   \
            *static_cast<const std::uintptr_t*>(__builtin_frame_address(0))                      \
    }

// A call that wakes others, who go on at once, or keeps them waiting: whatever pause this thread owes comes first.
inline void before_meeting() {
    if (!self || self->depth) return;
    Inside inside;
    settle();
}

// A wait that another thread of this process ends. Who woke us has paid, and so have we while we waited.
template <class Call>
auto wait_for_thread(Call call) {
    if (!self || self->depth) return call();
    Inside inside;
    settle();
    self->state.store(State::waiting);
    const Nanoseconds from = wall();
    const auto result = call();
    const int error = errno;
    const Nanoseconds now = wall(), waited = now - from;
    run_again(now);
    self->state.store(State::running);
    const bool timed_out = result == ETIMEDOUT || (result == -1 && error == ETIMEDOUT);
    if (!timed_out) forgive(waited);
    settle();
    errno = error;
    return result;
}

// A wait that the world ends, a device or a clock: it takes as long as it takes, and counts for its line.
class WorldWait {
public:
    explicit WorldWait(const Registers& caller, bool by_world = true) : active_(self && !self->depth) {
        if (!active_) return;
        self->depth = self->depth + 1;
        settle();
        self->blocked_at = find_site(caller, self->stack_end);
        signals_ = self->signals.load();
        cpu_ = thread_cpu();
        from_ = wall();
        if (by_world) self->blocked_from.store(from_);
        self->state.store(State::waiting);
        if (by_world && current_experiment().covers(self->blocked_at)) wake_pacer();
    }
    // Whether the call was cut short by a signal of ours and not by one of the program's.
    bool disturbed() {
        if (!active_ || errno != EINTR) return false;
        const unsigned now = self->signals.load();
        return now != signals_ ? (signals_ = now, true) : false;
    }
    Nanoseconds since() const { return wall() - from_; }
    bool active() const { return active_; }
    void woken_by(Waker waker) { waker_ = waker; }
    ~WorldWait() {
        if (!active_) return;
        const int error = errno;
        const Nanoseconds now = wall(), waited = now - from_;
        finish(now, waited);
        if (waker_ == Waker::world) wait_longer();
        run_again(wall());
        self->state.store(State::running);
        self->sampled_cpu.fetch_add(thread_cpu() - cpu_);
        if (waker_ == Waker::thread) forgive(waited);
        settle();
        self->depth = self->depth - 1;
        errno = error;
    }
    WorldWait(const WorldWait&) = delete;
    WorldWait& operator=(const WorldWait&) = delete;

private:
    void finish(Nanoseconds now, Nanoseconds waited) const {
        const bool credited_so_far = self->blocked_from.load() != 0;
        credit_blocked(*self, now);
        self->blocked_from.store(0);
        if (waker_ == Waker::thread) return;
        charge_blocked(self->blocked_at, waited);
        const Experiment experiment = current_experiment();
        if (!credited_so_far && experiment.covers(self->blocked_at))
            credit(*self, waited * experiment.permille / 1000);
    }

    bool active_;
    unsigned signals_ = 0;
    Nanoseconds cpu_ = 0, from_ = 0;
    Waker waker_ = Waker::world;
};

}  // namespace lull
