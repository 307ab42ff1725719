// Four threads want one lock: what they do under it, HELD, comes one after the other; APART they do at the same time.
#include "truth.hpp"

#include <mutex>
#include <thread>
#include <vector>

static std::mutex lock;
static std::uint64_t shared = 1;

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long held = truth::loops(300 * truth::share("HELD")), apart = truth::loops(60 * truth::share("APART"));
        std::vector<std::thread> threads;
        for (int k = 0; k < 4; ++k)
            threads.emplace_back([=] {
                std::uint64_t x = 1;
                for (long i = k; i < items; i += 4) {
                    {
                        std::lock_guard<std::mutex> guard(lock);
                        WORK(shared, held)  // HELD
                    }
                    WORK(x, apart)  // APART
                    asm volatile("" ::"r"(x));
                    PROGRESS_POINT("item");
                }
            });
        for (auto& thread : threads) thread.join();
    });
}
