// More threads than processors: six take items from a counter; each item costs TWO_THIRDS and then ONE_THIRD.
#include "truth.hpp"

#include <atomic>
#include <thread>
#include <vector>

static std::atomic<long> next{0};

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long most = truth::loops(1000 * truth::share("TWO_THIRDS"));
        const long rest = truth::loops(500 * truth::share("ONE_THIRD"));
        std::vector<std::thread> threads;
        for (int k = 0; k < 6; ++k)
            threads.emplace_back([=] {
                std::uint64_t x = 1;
                while (next.fetch_add(1) < items) {
                    WORK(x, most)  // TWO_THIRDS
                    WORK(x, rest)  // ONE_THIRD
                    asm volatile("" ::"r"(x));
                    PROGRESS_POINT("item");
                }
            });
        for (auto& thread : threads) thread.join();
    });
}
