// Wrapped: waiting for several descriptors at once. What became ready says who ended the wait.
#include "waiting.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define REAL(name) static const auto real = ::lull::find_real<decltype(&::name)>(#name)

namespace lull {
namespace {

// ---- what is watched by epoll: its events name the program's own data, not the descriptor

struct Watched {
    int set, descriptor;
    std::uint64_t data;
};
constexpr int most = 4096;
__constinit Watched watched[most] = {};
int watched_count = 0;
std::atomic_flag watched_busy = ATOMIC_FLAG_INIT;

class Lock {
public:
    Lock() {
        while (watched_busy.test_and_set(std::memory_order_acquire)) {}
    }
    ~Lock() { watched_busy.clear(std::memory_order_release); }
};

void watch(int set, int operation, int descriptor, const epoll_event* event) {
    Lock lock;
    for (int i = 0; i < watched_count; ++i)
        if (watched[i].set == set && watched[i].descriptor == descriptor) watched[i--] = watched[--watched_count];
    if (operation != EPOLL_CTL_DEL && event && watched_count < most)
        watched[watched_count++] = {set, descriptor, event->data.u64};
}

bool watches_threads(int set) {
    Lock lock;
    for (int i = 0; i < watched_count; ++i)
        if (watched[i].set == set && waker_of(watched[i].descriptor) == Waker::thread) return true;
    return false;
}

Waker waker_of_event(int set, const epoll_event& event) {
    Lock lock;
    for (int i = 0; i < watched_count; ++i)
        if (watched[i].set == set && watched[i].data == event.data.u64) return waker_of(watched[i].descriptor);
    return Waker::world;
}

// ---- time left after a disturbance

timespec remaining(const timespec& whole, Nanoseconds spent) {
    const Nanoseconds all = Nanoseconds{whole.tv_sec} * 1000000000 + whole.tv_nsec;
    const Nanoseconds left = all > spent ? all - spent : 0;
    return {static_cast<time_t>(left / 1000000000), static_cast<long>(left % 1000000000)};
}

bool asks_threads(const pollfd* fds, nfds_t count) {
    for (nfds_t i = 0; i < count; ++i)
        if (waker_of(fds[i].fd) == Waker::thread) return true;
    return false;
}

Waker who_is_ready(const pollfd* fds, nfds_t count) {
    for (nfds_t i = 0; i < count; ++i)
        if (fds[i].revents) return waker_of(fds[i].fd);
    return Waker::world;
}

template <class Call>
int poll_with(const Registers& caller, pollfd* fds, nfds_t count, const timespec* timeout, Call call) {
    if (!self || self->depth) return call(timeout);
    WorldWait wait(caller, !asks_threads(fds, count));
    timespec left = timeout ? *timeout : timespec{};
    int result;
    while ((result = call(timeout ? &left : nullptr)) == -1 && wait.disturbed())
        if (timeout) left = remaining(*timeout, wait.since());
    if (result > 0) wait.woken_by(who_is_ready(fds, count));
    return result;
}

template <class Call>
int epoll_with(const Registers& caller, int set, epoll_event* events, int timeout, Call call) {
    if (!self || self->depth) return call(timeout);
    WorldWait wait(caller, !watches_threads(set));
    int result, left = timeout;
    while ((result = call(left)) == -1 && wait.disturbed())
        if (timeout > 0) {
            const auto spent = static_cast<int>(wait.since() / 1000000);
            left = timeout > spent ? timeout - spent : 0;
        }
    if (result > 0) wait.woken_by(waker_of_event(set, events[0]));
    return result;
}

template <class Call>
int select_with(const Registers& caller, int count, fd_set* const (&sets)[3], const timespec* timeout, Call call) {
    if (!self || self->depth) return call(timeout);
    fd_set asked[3];
    for (int k = 0; k < 3; ++k)
        if (sets[k]) asked[k] = *sets[k];
    const auto waker = [&] {
        for (int fd = 0; fd < count && fd < FD_SETSIZE; ++fd)
            for (fd_set* set : sets)
                if (set && FD_ISSET(fd, set) && waker_of(fd) == Waker::thread) return Waker::thread;
        return Waker::world;
    };
    WorldWait wait(caller, waker() == Waker::world);
    timespec left = timeout ? *timeout : timespec{};
    int result;
    while ((result = call(timeout ? &left : nullptr)) == -1 && wait.disturbed()) {
        for (int k = 0; k < 3; ++k)
            if (sets[k]) *sets[k] = asked[k];
        if (timeout) left = remaining(*timeout, wait.since());
    }
    if (result > 0) wait.woken_by(waker());
    return result;
}

}  // namespace
}  // namespace lull

extern "C" {

int ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
    REAL(ppoll);
    return lull::poll_with(LULL_CALLER, fds, count, timeout,
                           [&](const timespec* left) { return real(fds, count, left, mask); });
}

int poll(pollfd* fds, nfds_t count, int timeout) {
    static const auto real = lull::find_real<decltype(&::ppoll)>("ppoll");
    const timespec limit{timeout / 1000, timeout % 1000 * 1000000L};
    return lull::poll_with(LULL_CALLER, fds, count, timeout < 0 ? nullptr : &limit,
                           [&](const timespec* left) { return real(fds, count, left, nullptr); });
}

int epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept {
    REAL(epoll_ctl);
    const int result = real(set, operation, fd, event);
    if (result == 0) lull::watch(set, operation, fd, event);
    return result;
}

int epoll_wait(int set, epoll_event* events, int most, int timeout) {
    REAL(epoll_wait);
    return lull::epoll_with(LULL_CALLER, set, events, timeout,
                            [&](int left) { return real(set, events, most, left); });
}

int epoll_pwait(int set, epoll_event* events, int most, int timeout, const sigset_t* mask) {
    REAL(epoll_pwait);
    return lull::epoll_with(LULL_CALLER, set, events, timeout,
                            [&](int left) { return real(set, events, most, left, mask); });
}

int pselect(int count, fd_set* in, fd_set* out, fd_set* odd, const timespec* timeout, const sigset_t* mask) {
    REAL(pselect);
    return lull::select_with(LULL_CALLER, count, {in, out, odd}, timeout,
                             [&](const timespec* left) { return real(count, in, out, odd, left, mask); });
}

int select(int count, fd_set* in, fd_set* out, fd_set* odd, timeval* timeout) {
    static const auto real = lull::find_real<decltype(&::pselect)>("pselect");
    timespec limit{};
    if (timeout) limit = {timeout->tv_sec, timeout->tv_usec * 1000};
    return lull::select_with(LULL_CALLER, count, {in, out, odd}, timeout ? &limit : nullptr,
                             [&](const timespec* left) { return real(count, in, out, odd, left, nullptr); });
}

}  // extern "C"
