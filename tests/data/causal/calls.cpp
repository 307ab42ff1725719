// Every kind of call that Lull wraps, with one thread busy on BURN so that the others are paused all the time. Prints
// "ok", or what came back wrong: a profiler must not change what calls return.
#include "truth.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <shared_mutex>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

static int wrong = 0;
#define CHECK(condition) check(condition, #condition)
static void check(bool right, const char* condition) {
    if (right) return;
    std::printf("wrong: %s (errno %d)\n", condition, errno);
    ++wrong;
}

template <class Call>
static void lasts(double seconds, Call call) {
    const double before = truth::now();
    call();
    CHECK(truth::now() - before >= seconds * 0.999);
}

static void sleeping() {
    const timespec t{0, 5000000};
    lasts(0.005, [&] { CHECK(nanosleep(&t, nullptr) == 0); });
    lasts(0.005, [&] { CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &t, nullptr) == 0); });
    lasts(0.005, [] { CHECK(usleep(5000) == 0); });
    lasts(0.005, [] { CHECK(poll(nullptr, 0, 5) == 0); });
    timeval limit{0, 5000};
    lasts(0.005, [&] { CHECK(select(0, nullptr, nullptr, nullptr, &limit) == 0); });
    const int set = epoll_create1(0);
    epoll_event event;
    lasts(0.005, [&] { CHECK(epoll_wait(set, &event, 1, 5) == 0); });
    close(set);
}

static void pipes() {
    int ends[2];
    CHECK(pipe(ends) == 0);
    std::thread writer([&] {
        for (long i = 0; i < 20; ++i) truth::rest(500), CHECK(write(ends[1], &i, sizeof i) == sizeof i);
        close(ends[1]);
    });
    long value = 0, sum = 0;
    pollfd wanted{ends[0], POLLIN, 0};
    while (poll(&wanted, 1, -1) == 1 && read(ends[0], &value, sizeof value) == sizeof value) sum += value;
    CHECK(sum == 190);
    writer.join();
    close(ends[0]);
    const int counter = eventfd(0, 0);
    std::thread adder([&] { truth::rest(2000), CHECK(eventfd_write(counter, 7) == 0); });
    eventfd_t seven = 0;
    CHECK(eventfd_read(counter, &seven) == 0 && seven == 7);
    adder.join();
    close(counter);
}

static void sockets() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CHECK(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    std::thread client([&] {
        const int end = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(connect(end, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        for (char c = 0; c < 10; ++c) truth::rest(500), CHECK(send(end, &c, 1, 0) == 1);
        close(end);
    });
    const int end = accept(listener, nullptr, nullptr);
    char c;
    int sum = 0;
    while (recv(end, &c, 1, 0) == 1) sum += c;
    CHECK(sum == 45);
    client.join();
    close(end);
    close(listener);
}

static void locks() {
    std::mutex mutex;
    std::shared_mutex shared;
    std::condition_variable changed;
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, nullptr, 3);
    std::atomic<int> serial{0};
    long counter = 0, waiting = 0;
    std::vector<std::thread> threads;
    for (int k = 0; k < 3; ++k)
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                std::lock_guard<std::mutex> held(mutex);
                counter = counter + 1;
            }
            for (int i = 0; i < 50; ++i) {
                std::unique_lock<std::shared_mutex> held(shared);
                waiting = waiting + 1;
            }
            for (int i = 0; i < 20; ++i) serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
            sem_post(&semaphore);
        });
    for (int k = 0; k < 3; ++k) CHECK(sem_wait(&semaphore) == 0);
    for (auto& thread : threads) thread.join();
    CHECK(counter == 600 && waiting == 150 && serial == 20);
    std::unique_lock<std::mutex> held(mutex);
    lasts(0.005, [&] {
        CHECK(changed.wait_for(held, std::chrono::milliseconds(5)) == std::cv_status::timeout);
    });
}

int main(int argc, char** argv) {
    truth::run(argc, argv, [](long) {
        std::atomic<bool> done{false};
        std::thread burning([&] {
            std::uint64_t x = 1;
            while (!done) {
                WORK(x, 1000)  // BURN
                asm volatile("" ::"r"(x));
            }
        });
        for (int i = 0; i < 3; ++i) sleeping(), pipes(), sockets(), locks();
        done = true;
        burning.join();
    });
    if (!wrong) std::puts("ok");
    return wrong;
}
