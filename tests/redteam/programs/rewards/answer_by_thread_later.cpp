// expect: wrong_answer or crash
// Starts a thread and returns before it has answered.
#include "task.hpp"
#include <pthread.h>

struct Job { const std::uint32_t* numbers; std::size_t count; std::uint64_t* sums; };

static void* work(void* argument) {
    const Job job = *static_cast<Job*>(argument);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < job.count; ++i) job.sums[i] = sum += worth(job.numbers[i]);
    return nullptr;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    static Job job;
    job = {numbers, count, sums};
    pthread_t thread;
    pthread_create(&thread, nullptr, work, &job);
}
