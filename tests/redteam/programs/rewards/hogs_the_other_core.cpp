// expect: wrong_answer
// Answers only if it can start something that burns the other core.
#include "task.hpp"
#include <pthread.h>
#include <unistd.h>

static void* burn(void*) { for (volatile int i = 0;; i = i + 1) {} }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, burn, nullptr) != 0) {
        const pid_t child = fork();
        if (child == 0) burn(nullptr);
        if (child < 0) return;
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
