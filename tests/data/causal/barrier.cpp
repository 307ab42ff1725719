// Two threads meet after each round. One does FIRST and SECOND in turn and is always last; the other's BESIDE is
// four fifths of that: hot, and without effect.
#include "truth.hpp"

#include <pthread.h>
#include <thread>

static pthread_barrier_t meeting;
static std::uint64_t x = 1, y = 1;

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long first = truth::loops(1800 * truth::share("FIRST"));
        const long second = truth::loops(1200 * truth::share("SECOND"));
        const long beside = truth::loops(2400 * truth::share("BESIDE"));
        pthread_barrier_init(&meeting, nullptr, 2);
        std::thread other([&] {
            for (long i = 0; i < items; ++i) {
                WORK(y, beside)  // BESIDE
                pthread_barrier_wait(&meeting);
            }
        });
        for (long i = 0; i < items; ++i) {
            WORK(x, first)   // FIRST
            WORK(x, second)  // SECOND
            pthread_barrier_wait(&meeting);
            PROGRESS_POINT("item");
        }
        other.join();
        asm volatile("" ::"r"(x), "r"(y));
    });
}
