// A queue of four between PREPARE, on the CPU, and STORE, which blocks for four times as long.
#include "truth.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

static std::mutex lock;
static std::condition_variable filled, emptied;
static std::deque<long> queue;
static std::uint64_t x = 1;

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long prepare = truth::loops(1000 * truth::share("PREPARE"));
        const long latency = static_cast<long>(4000 * truth::share("STORE"));
        std::thread storing([&] {
            for (long i = 0; i < items; ++i) {
                {
                    std::unique_lock<std::mutex> held(lock);
                    filled.wait(held, [] { return !queue.empty(); });
                    queue.pop_front();
                    emptied.notify_one();
                }
                truth::rest(latency);  // STORE
                PROGRESS_POINT("item");
            }
        });
        for (long i = 0; i < items; ++i) {
            WORK(x, prepare)  // PREPARE
            std::unique_lock<std::mutex> held(lock);
            emptied.wait(held, [] { return queue.size() < 4; });
            queue.push_back(i);
            filled.notify_one();
        }
        storing.join();
        asm volatile("" ::"r"(x));
    });
}
