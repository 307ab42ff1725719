// Which descriptors lead back into this process: pipes and eventfds made here, sockets connected to ourselves.
// A pair of which one end was closed here (and lives on in a child) leads outside.
#include "waiting.hpp"

#include <arpa/inet.h>
#include <cstdarg>
#include <cstring>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lull {
namespace {

constexpr int most = 4096;
enum Known : unsigned char { unknown, leads_inside, leads_outside };
std::atomic<Known> known[most];
std::atomic<int> other_end[most];  // plus one; 0: there is none

bool tracked(int descriptor) { return descriptor >= 0 && descriptor < most; }

bool same_address(const sockaddr_storage& a, const sockaddr_storage& b) {
    if (a.ss_family != b.ss_family) return false;
    if (a.ss_family == AF_INET) {
        const auto &x = reinterpret_cast<const sockaddr_in&>(a), &y = reinterpret_cast<const sockaddr_in&>(b);
        return x.sin_port == y.sin_port && x.sin_addr.s_addr == y.sin_addr.s_addr;
    }
    if (a.ss_family != AF_INET6) return false;
    const auto &x = reinterpret_cast<const sockaddr_in6&>(a), &y = reinterpret_cast<const sockaddr_in6&>(b);
    return x.sin6_port == y.sin6_port && std::memcmp(&x.sin6_addr, &y.sin6_addr, sizeof x.sin6_addr) == 0;
}

// Whether some socket of this process has the address that this one is connected to.
bool connected_to_ourselves(int descriptor) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == getpid()) return true;
    sockaddr_storage remote{}, local{};
    size = sizeof remote;
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&remote), &size) != 0) return false;
    for (int other = 0; other < most; ++other) {
        size = sizeof local;
        if (other != descriptor && getsockname(other, reinterpret_cast<sockaddr*>(&local), &size) == 0 &&
            same_address(local, remote))
            return true;
    }
    return false;
}

}  // namespace

void leads_back(int descriptor) {
    if (tracked(descriptor)) known[descriptor].store(leads_inside);
}

void made_pair(const int ends[2]) {
    if (!tracked(ends[0]) || !tracked(ends[1])) return;
    leads_back(ends[0]);
    leads_back(ends[1]);
    other_end[ends[0]].store(ends[1] + 1);
    other_end[ends[1]].store(ends[0] + 1);
}

void closed(int descriptor) {
    if (!tracked(descriptor)) return;
    known[descriptor].store(unknown);
    const int other = other_end[descriptor].exchange(0) - 1;
    if (other < 0) return;
    other_end[other].store(0);
    known[other].store(leads_outside);
}

Waker waker_of(int descriptor) {
    if (!tracked(descriptor)) return Waker::world;
    Known now = known[descriptor].load();
    if (now == unknown) {
        struct stat status {};
        const bool socket = fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
        now = socket && connected_to_ourselves(descriptor) ? leads_inside : leads_outside;
        known[descriptor].store(now);
    }
    return now == leads_inside ? Waker::thread : Waker::world;
}

}  // namespace lull

#define REAL(name) static const auto real = ::lull::find_real<decltype(&::name)>(#name)

extern "C" {

int pipe(int ends[2]) noexcept {
    REAL(pipe);
    const int result = real(ends);
    if (result == 0) lull::made_pair(ends);
    return result;
}

int pipe2(int ends[2], int flags) noexcept {
    REAL(pipe2);
    const int result = real(ends, flags);
    if (result == 0) lull::made_pair(ends);
    return result;
}

int socketpair(int domain, int type, int protocol, int ends[2]) noexcept {
    REAL(socketpair);
    const int result = real(domain, type, protocol, ends);
    if (result == 0) lull::made_pair(ends);
    return result;
}

int eventfd(unsigned count, int flags) noexcept {
    REAL(eventfd);
    const int result = real(count, flags);
    if (result >= 0) lull::leads_back(result);
    return result;
}

int close(int descriptor) {
    REAL(close);
    lull::closed(descriptor);
    return real(descriptor);
}

}  // extern "C"
