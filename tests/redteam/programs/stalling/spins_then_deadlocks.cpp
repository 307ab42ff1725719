// expect: timeout
// task: crowd
// Looks as if it got no turn: threads give theirs away for a while, then all of them sleep for ever.
#include "task.hpp"
#include <chrono>
#include <sched.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    (void)numbers; (void)count; (void)sums;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([] {
            const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
            while (std::chrono::steady_clock::now() < end) sched_yield();
            for (;;) sleep(1000);
        });
    for (auto& thread : threads) thread.join();
}
