// A run of two milliseconds that starts and joins 24 threads: under Lull most of it is Lull's own work.
#include "truth.hpp"

#include <thread>
#include <vector>

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long) {
        const long most = truth::loops(50 * truth::share("MOST"));
        for (int round = 0; round < 4; ++round) {
            std::vector<std::thread> threads;
            for (int k = 0; k < 6; ++k)
                threads.emplace_back([=] {
                    std::uint64_t x = 1;
                    WORK(x, most)  // MOST
                    asm volatile("" ::"r"(x));
                });
            for (auto& thread : threads) thread.join();
        }
    });
}
