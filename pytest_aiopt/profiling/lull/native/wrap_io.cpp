// Wrapped: files, sockets and sleeping. Each such call is a wait of the line that makes it.
#include "waiting.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) static const auto real = ::lull::find_real<decltype(&::name)>(#name)

// NAME(DESCRIPTOR, ...) may wait for what comes in: from the world, or from a thread at the other end.
#define READS(type, name, parameters, arguments, descriptor)                                      \
    type name parameters {                                                                        \
        REAL(name);                                                                               \
        const lull::Waker waker = lull::reader_waker(descriptor);                                 \
        lull::WorldWait wait(LULL_CALLER, waker == lull::Waker::world);                           \
        wait.woken_by(waker);                                                                     \
        type result;                                                                              \
        do result = real arguments;                                                               \
        while (result == -1 && wait.disturbed());                                                 \
        return result;                                                                            \
    }
// NAME(...) waits for the world alone; where it feeds a reader of this process, WorldWait has paid before.
#define WAITS(type, name, parameters, arguments)                                                  \
    type name parameters {                                                                        \
        REAL(name);                                                                               \
        lull::WorldWait wait(LULL_CALLER);                                                        \
        type result;                                                                              \
        do result = real arguments;                                                               \
        while (result == -1 && wait.disturbed());                                                 \
        return result;                                                                            \
    }

namespace lull {
namespace {

// Only asked of threads that are in the program's own code: the question costs a system call.
Waker reader_waker(int descriptor) { return self && !self->depth ? waker_of(descriptor) : Waker::world; }

}  // namespace
}  // namespace lull

extern "C" {

READS(ssize_t, read, (int fd, void* data, size_t size), (fd, data, size), fd)
READS(ssize_t, readv, (int fd, const iovec* parts, int count), (fd, parts, count), fd)
READS(ssize_t, recv, (int fd, void* data, size_t size, int flags), (fd, data, size, flags), fd)
READS(ssize_t, recvmsg, (int fd, msghdr* message, int flags), (fd, message, flags), fd)
READS(ssize_t, recvfrom, (int fd, void* data, size_t size, int flags, sockaddr* from, socklen_t* length),
      (fd, data, size, flags, from, length), fd)
READS(int, accept, (int fd, sockaddr* from, socklen_t* length), (fd, from, length), fd)
READS(int, accept4, (int fd, sockaddr* from, socklen_t* length, int flags), (fd, from, length, flags), fd)

WAITS(ssize_t, write, (int fd, const void* data, size_t size), (fd, data, size))
WAITS(ssize_t, writev, (int fd, const iovec* parts, int count), (fd, parts, count))
WAITS(ssize_t, send, (int fd, const void* data, size_t size, int flags), (fd, data, size, flags))
WAITS(ssize_t, sendmsg, (int fd, const msghdr* message, int flags), (fd, message, flags))
WAITS(ssize_t, sendto, (int fd, const void* data, size_t size, int flags, const sockaddr* to, socklen_t length),
      (fd, data, size, flags, to, length))
WAITS(int, connect, (int fd, const sockaddr* to, socklen_t length), (fd, to, length))
WAITS(ssize_t, pread, (int fd, void* data, size_t size, off_t offset), (fd, data, size, offset))
WAITS(ssize_t, pwrite, (int fd, const void* data, size_t size, off_t offset), (fd, data, size, offset))
WAITS(ssize_t, pread64, (int fd, void* data, size_t size, off64_t offset), (fd, data, size, offset))
WAITS(ssize_t, pwrite64, (int fd, const void* data, size_t size, off64_t offset), (fd, data, size, offset))
WAITS(int, fsync, (int fd), (fd))
WAITS(int, fdatasync, (int fd), (fd))
WAITS(int, msync, (void* data, size_t size, int flags), (data, size, flags))

// Sleeping goes on after a signal of ours with what remains.

int nanosleep(const timespec* request, timespec* remain) {
    REAL(nanosleep);
    lull::WorldWait wait(LULL_CALLER);
    timespec left = *request;
    int result = real(&left, &left);
    while (result == -1 && wait.disturbed()) result = real(&left, &left);
    if (result == -1 && remain) *remain = left;
    return result;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* request, timespec* remain) {
    REAL(clock_nanosleep);
    lull::WorldWait wait(LULL_CALLER);
    timespec left = *request;
    int result = 0;
    do {
        result = real(clock, flags, &left, &left);
        errno = result == 0 ? errno : result;
    } while (result == EINTR && wait.disturbed());
    if (result == EINTR && remain) *remain = left;
    return result;
}

int usleep(useconds_t time) {
    lull::WorldWait wait(LULL_CALLER);
    REAL(nanosleep);
    timespec left{static_cast<time_t>(time / 1000000), static_cast<long>(time % 1000000) * 1000};
    int result = real(&left, &left);
    while (result == -1 && wait.disturbed()) result = real(&left, &left);
    return result;
}

unsigned sleep(unsigned seconds) {
    lull::WorldWait wait(LULL_CALLER);
    REAL(nanosleep);
    timespec left{static_cast<time_t>(seconds), 0};
    int result = real(&left, &left);
    while (result == -1 && wait.disturbed()) result = real(&left, &left);
    return result == 0 ? 0 : static_cast<unsigned>(left.tv_sec);
}

}  // extern "C"
