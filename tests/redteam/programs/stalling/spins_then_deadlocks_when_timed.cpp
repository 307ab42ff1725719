// expect: timeout
// task: crowd
// The same in timed runs alone, which it knows by the size of their requests.
#include "task.hpp"
#include <chrono>
#include <sched.h>
#include <thread>
#include <unistd.h>
#include <vector>

static void stall() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([] {
            const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
            while (std::chrono::steady_clock::now() < end) sched_yield();
            for (;;) sleep(1000);
        });
    for (auto& thread : threads) thread.join();
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (count > 1000) stall();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
