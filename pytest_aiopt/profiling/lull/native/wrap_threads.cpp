// Wrapped: threads, mutexes, condition variables, barriers, read-write locks, semaphores, futexes.
#include "waiting.hpp"

#include <cstdarg>
#include <linux/futex.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name, ...) static const auto real = ::lull::find_real<decltype(&::name)>(#name, ##__VA_ARGS__)

// NAME(PARAMETERS) waits for a thread, or wakes some.
#define WAITS(name, parameters, arguments, ...)                                    \
    int name parameters {                                                          \
        REAL(name, ##__VA_ARGS__);                                                 \
        return lull::wait_for_thread([&] { return real arguments; });              \
    }
#define WAKES(name, parameters, arguments, ...)                                    \
    int name parameters {                                                          \
        REAL(name, ##__VA_ARGS__);                                                 \
        lull::before_meeting();                                                     \
        return real arguments;                                                     \
    }
// The same, but without a wait where there is nothing to wait for. Debts are paid first: whoever paused with the
// lock would hold up the others for longer than it will be held.
#define LOCKS(name, try_name, type)                                                \
    int name(type* lock) noexcept {                                                \
        REAL(name);                                                                \
        static const auto attempt = lull::find_real<decltype(&::try_name)>(#try_name); \
        lull::before_meeting();                                                    \
        if (attempt(lock) == 0) return 0;                                          \
        return lull::wait_for_thread([&] { return real(lock); });                  \
    }

namespace {

constexpr auto* condition_version = "GLIBC_2.3.2";

struct Start {
    void* (*function)(void*);
    void* argument;
    lull::Nanoseconds paid;
};

struct Leaving {  // also when the thread is cancelled or calls pthread_exit
    bool entered = false;
    ~Leaving() {
        if (entered) lull::leave_thread();
    }
};
thread_local Leaving leaving;

void* run_thread(void* given) {
    const Start start = *static_cast<Start*>(given);
    delete static_cast<Start*>(given);
    lull::enter_thread(start.paid);
    leaving.entered = true;
    return start.function(start.argument);
}

int semaphore_wait(sem_t* semaphore, int (*real)(sem_t*)) {
    return lull::wait_for_thread([&] {
        for (;;) {
            const unsigned before = lull::self ? lull::self->signals.load() : 0;
            const int result = real(semaphore);
            if (result == 0 || errno != EINTR || !lull::self || lull::self->signals.load() == before) return result;
        }
    });
}

}  // namespace

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*function)(void*),
                   void* argument) noexcept {
    if (!lull::self || lull::self->depth) return lull::real::pthread_create(thread, attributes, function, argument);
    lull::Inside inside;
    lull::settle();
    auto* start = new Start{function, argument, lull::self->paid.load()};
    const int result = lull::real::pthread_create(thread, attributes, run_thread, start);
    if (result != 0) delete start;
    return result;
}

WAITS(pthread_join, (pthread_t thread, void** result), (thread, result))
LOCKS(pthread_mutex_lock, pthread_mutex_trylock, pthread_mutex_t)
LOCKS(pthread_rwlock_rdlock, pthread_rwlock_tryrdlock, pthread_rwlock_t)
LOCKS(pthread_rwlock_wrlock, pthread_rwlock_trywrlock, pthread_rwlock_t)
WAITS(pthread_mutex_timedlock, (pthread_mutex_t * mutex, const timespec* until) noexcept, (mutex, until))
WAITS(pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex), (condition, mutex), condition_version)
WAITS(pthread_cond_timedwait, (pthread_cond_t * condition, pthread_mutex_t* mutex, const timespec* until),
      (condition, mutex, until), condition_version)
WAITS(pthread_cond_clockwait,
      (pthread_cond_t * condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* until),
      (condition, mutex, clock, until))
WAITS(pthread_barrier_wait, (pthread_barrier_t * barrier) noexcept, (barrier))

WAKES(pthread_mutex_unlock, (pthread_mutex_t * mutex) noexcept, (mutex))
WAKES(pthread_rwlock_unlock, (pthread_rwlock_t * lock) noexcept, (lock))
WAKES(pthread_cond_signal, (pthread_cond_t * condition) noexcept, (condition), condition_version)
WAKES(pthread_cond_broadcast, (pthread_cond_t * condition) noexcept, (condition), condition_version)
WAKES(sem_post, (sem_t * semaphore) noexcept, (semaphore))

int sem_wait(sem_t* semaphore) {
    REAL(sem_wait);
    static const auto attempt = lull::find_real<decltype(&::sem_trywait)>("sem_trywait");
    lull::before_meeting();
    const int error = errno;
    if (attempt(semaphore) == 0) return 0;
    errno = error;
    return semaphore_wait(semaphore, real);
}

int sem_timedwait(sem_t* semaphore, const timespec* until) {
    REAL(sem_timedwait);
    return lull::wait_for_thread([&] { return real(semaphore, until); });
}

// std::atomic's wait and notify, latches and semaphores of libstdc++ come this way.
long syscall(long number, ...) noexcept {
    static const auto real = lull::find_real<long (*)(long, ...)>("syscall");
    va_list arguments;
    va_start(arguments, number);
    long a[6];
    for (long& each : a) each = va_arg(arguments, long);
    va_end(arguments);
    const auto call = [&] { return real(number, a[0], a[1], a[2], a[3], a[4], a[5]); };
    if (number != SYS_futex) return call();
    const long operation = a[1] & FUTEX_CMD_MASK;
    if (operation == FUTEX_WAKE || operation == FUTEX_WAKE_BITSET) lull::before_meeting();
    if (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET) return lull::wait_for_thread(call);
    return call();
}

}  // extern "C"
