// Producer and consumer in step, a queue of eight between them; PRODUCE takes half as long as CONSUME.
#include "truth.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

static std::mutex lock;
static std::condition_variable filled, emptied;
static std::deque<long> queue;
static std::uint64_t x = 1, y = 1;

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long produce = truth::loops(400 * truth::share("PRODUCE"));
        const long consume = truth::loops(800 * truth::share("CONSUME"));
        std::thread consuming([&] {
            for (long i = 0; i < items; ++i) {
                {
                    std::unique_lock<std::mutex> held(lock);
                    filled.wait(held, [] { return !queue.empty(); });
                    queue.pop_front();
                    emptied.notify_one();
                }
                WORK(y, consume)  // CONSUME
                PROGRESS_POINT("item");
            }
        });
        for (long i = 0; i < items; ++i) {
            WORK(x, produce)  // PRODUCE
            std::unique_lock<std::mutex> held(lock);
            emptied.wait(held, [] { return queue.size() < 8; });
            queue.push_back(i);
            filled.notify_one();
        }
        consuming.join();
        asm volatile("" ::"r"(x), "r"(y));
    });
}
