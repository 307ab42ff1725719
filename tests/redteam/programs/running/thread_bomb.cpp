// expect: wrong_answer
// Answers only if it gets more than its one thread.
#include "task.hpp"
#include <pthread.h>
#include <unistd.h>

static void* wait(void*) { for (;;) pause(); }

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    pthread_t thread;
    int made = 0;
    while (made < 1000 && pthread_create(&thread, nullptr, wait, nullptr) == 0) ++made;
    if (made == 0) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
