// Eight threads of pure arithmetic on fewer cores: what is not running is runnable.
#include "ground.hpp"
#include <thread>
#include <vector>

static void worker(std::uint64_t rounds, double& off) {
    std::uint64_t x = rounds;
    {
        const OffCpu ready(off);
        for (std::uint64_t i = 0; i < 400000 * rounds; ++i) STEP(x);  // WORK
    }
    if (x == 0) std::puts("");
}

int main() {
    const std::uint64_t rounds = size_of_input();
    double off[8] = {};
    std::vector<std::thread> threads;
    for (double& one : off) threads.emplace_back(worker, rounds, std::ref(one));
    for (std::thread& thread : threads) thread.join();
    double total = 0;
    for (double one : off) total += one;
    tell("RUNNABLE", total);
    return 0;
}
