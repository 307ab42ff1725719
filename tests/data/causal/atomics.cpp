// Every round two threads meet by C++20's means, a latch, a barrier, a semaphore and an atomic in turn: one does
// LONG and is always last, the other's SHORT takes half of that and is without effect.
#include "truth.hpp"

#include <atomic>
#include <barrier>
#include <latch>
#include <semaphore>
#include <thread>

static std::barrier meeting(2);
static std::counting_semaphore<8> done(0), go(0);
static std::atomic<long> longest{0}, shortest{0};
static std::uint64_t x = 1, y = 1;

static void wait_for(const std::atomic<long>& other, long round) {
    for (long seen = other.load(); seen < round; seen = other.load()) other.wait(seen);
}

static void meet(std::latch& start, long round, std::atomic<long>& mine, const std::atomic<long>& other,
                 std::counting_semaphore<8>& give, std::counting_semaphore<8>& take) {
    if (round == 0) start.arrive_and_wait();
    else if (round % 3 == 0) meeting.arrive_and_wait();
    else if (round % 3 == 1) give.release(), take.acquire();
    else mine.store(round), mine.notify_all(), wait_for(other, round);
}

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long longer = truth::loops(2000 * truth::share("LONG"));
        const long shorter = truth::loops(1000 * truth::share("SHORT"));
        std::latch start(2);
        std::thread other([&] {
            for (long i = 0; i < items; ++i) {
                WORK(y, shorter)  // SHORT
                meet(start, i, shortest, longest, go, done);
            }
        });
        for (long i = 0; i < items; ++i) {
            WORK(x, longer)  // LONG
            meet(start, i, longest, shortest, done, go);
            PROGRESS_POINT("item");
        }
        other.join();
        asm volatile("" ::"r"(x), "r"(y));
    });
}
