// A run of some milliseconds that starts and joins 360 threads, each with little work: Lull makes it longer by half.
#include "truth.hpp"

#include <thread>
#include <vector>

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long) {
        const long most = truth::loops(5 * truth::share("MOST"));
        for (int round = 0; round < 60; ++round) {
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
