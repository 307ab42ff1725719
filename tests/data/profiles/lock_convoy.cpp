// Three threads queue for one mutex: most of their time is waiting for it.
#include "ground.hpp"
#include <mutex>
#include <thread>
#include <vector>

static std::mutex door;
static std::uint64_t shared;

static void worker(std::uint64_t rounds, double& waited) {
    std::uint64_t own = 1;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        {
            const OffCpu off(waited);
            door.lock();  // WAIT
        }
        for (int j = 0; j < 400000; ++j) STEP(shared);  // HOLD
        door.unlock();
        for (int j = 0; j < 40000; ++j) STEP(own);  // OUTSIDE
    }
    if (own == 0) std::puts("");
}

int main() {
    const std::uint64_t rounds = size_of_input();
    double waited[3] = {};
    std::vector<std::thread> threads;
    for (double& one : waited) threads.emplace_back(worker, rounds, std::ref(one));
    for (std::thread& thread : threads) thread.join();
    tell("WAIT", waited[0] + waited[1] + waited[2]);
    return shared == 0;
}
