// Two threads meet after each round: one computes, the other waits longer for the answer of a store, another
// process at the end of a socket. The CPU is busy with COMPUTE; the time is lost at FETCH.
#include "truth.hpp"

#include <pthread.h>
#include <sys/socket.h>
#include <thread>

static pthread_barrier_t meeting;
static std::uint64_t x = 1;

static void serve_requests(int end) {
    long latency;
    while (read(end, &latency, sizeof latency) == sizeof latency) {
        truth::rest(latency);
        if (write(end, &latency, sizeof latency) != sizeof latency) break;
    }
    _exit(0);
}

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long compute = truth::loops(2000 * truth::share("COMPUTE"));
        const long latency = static_cast<long>(4000 * truth::share("FETCH"));
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
        if (fork() == 0) close(ends[0]), serve_requests(ends[1]);
        close(ends[1]);
        pthread_barrier_init(&meeting, nullptr, 2);
        std::thread other([&] {
            for (long i = 0; i < items; ++i) {
                WORK(x, compute)  // COMPUTE
                pthread_barrier_wait(&meeting);
            }
        });
        for (long i = 0; i < items; ++i) {
            long answer = latency;
            if (write(ends[0], &answer, sizeof answer) != sizeof answer) std::abort();
            if (read(ends[0], &answer, sizeof answer) != sizeof answer) std::abort();  // FETCH
            pthread_barrier_wait(&meeting);
            PROGRESS_POINT("item");
        }
        other.join();
        close(ends[0]);
        asm volatile("" ::"r"(x));
    });
}
