// A reader waits for bytes that a writer sends after sleeping; a third thread waits for a condition.
#include "ground.hpp"
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <poll.h>
#include <thread>
#include <unistd.h>

static int ends[2];
static std::mutex door;
static std::condition_variable signal_;
static std::uint64_t received;
static double in_read, in_poll, in_sleep, in_condition;

static void writer(std::uint64_t rounds) {
    for (std::uint64_t i = 0; i < 2 * rounds; ++i) {
        {
            const OffCpu off(in_sleep);
            usleep(1000);  // SLEEP
        }
        if (write(ends[1], "x", 1) != 1) std::abort();
    }
}

static void reader(std::uint64_t rounds) {
    char byte;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        {
            const OffCpu off(in_read);
            if (read(ends[0], &byte, 1) != 1) std::abort();  // READ
        }
        {
            const OffCpu off(in_poll);
            pollfd one{ends[0], POLLIN, 0};
            poll(&one, 1, -1);  // POLL
        }
        if (read(ends[0], &byte, 1) != 1) std::abort();
        const std::lock_guard<std::mutex> hold(door);
        ++received;
        signal_.notify_one();
    }
}

static void follower(std::uint64_t rounds) {
    std::unique_lock<std::mutex> hold(door);
    while (received < rounds) {
        const OffCpu off(in_condition);
        signal_.wait(hold);  // CONDITION
    }
}

int main() {
    const std::uint64_t rounds = size_of_input();
    if (pipe(ends) != 0) return 2;
    std::thread one(writer, rounds), two(reader, rounds), three(follower, rounds);
    one.join();
    two.join();
    three.join();
    tell("SLEEP", in_sleep);
    tell("READ", in_read);
    tell("POLL", in_poll);
    tell("CONDITION", in_condition);
    return 0;
}
