// An event loop: four clients send requests through sockets and wait for the answer; one thread polls them all and
// spends ANSWER on each. What a client does in between, THINK, is hidden by the others.
#include "truth.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

static std::uint64_t y = 1;

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long answer = truth::loops(500 * truth::share("ANSWER"));
        const long think = truth::loops(150 * truth::share("THINK"));
        const int set = epoll_create1(0);
        std::vector<std::thread> clients;
        for (int k = 0; k < 4; ++k) {
            int ends[2];
            if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.fd = ends[0];
            epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event);
            clients.emplace_back([=, end = ends[1]] {
                std::uint64_t x = 1;
                for (long i = k; i < items; i += 4) {
                    if (write(end, &i, sizeof i) != sizeof i) std::abort();
                    long back;
                    if (read(end, &back, sizeof back) != sizeof back) std::abort();
                    WORK(x, think)  // THINK
                    asm volatile("" ::"r"(x));
                }
            });
        }
        for (long done = 0; done < items;) {
            epoll_event events[4];
            const int ready = epoll_wait(set, events, 4, -1);
            for (int e = 0; e < ready; ++e, ++done) {
                long request;
                if (read(events[e].data.fd, &request, sizeof request) != sizeof request) std::abort();
                WORK(y, answer)  // ANSWER
                if (write(events[e].data.fd, &request, sizeof request) != sizeof request) std::abort();
                PROGRESS_POINT("item");
            }
        }
        for (auto& client : clients) client.join();
        asm volatile("" ::"r"(y));
    });
}
