// Two threads meet at a barrier every round: one writes to disk, the other computes for a shorter time.
// An on-CPU profile says COMPUTE; the round lasts as long as FSYNC. The file is ./io.tmp.
#include "ground.hpp"
#include <cstdlib>
#include <fcntl.h>
#include <pthread.h>
#include <thread>
#include <unistd.h>

static pthread_barrier_t barrier;
static double in_fsync, at_barrier, slept;

static void writer(std::uint64_t rounds, int file) {
    char block[4096] = {1};
    for (std::uint64_t i = 0; i < rounds; ++i) {
        for (char& byte : block) byte = static_cast<char>(i);
        if (pwrite(file, block, sizeof block, 4096 * i) != sizeof block) std::abort();
        {
            const OffCpu off(in_fsync);
            fsync(file);  // FSYNC
        }
        {
            const OffCpu off(slept);
            usleep(2000);  // SLEEP
        }
        pthread_barrier_wait(&barrier);
    }
}

static std::uint64_t computer(std::uint64_t rounds) {
    std::uint64_t x = 1;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        for (int j = 0; j < 500000; ++j) STEP(x);  // COMPUTE
        const OffCpu off(at_barrier);
        pthread_barrier_wait(&barrier);  // BARRIER
    }
    return x;
}

int main() {
    const std::uint64_t rounds = size_of_input();
    const int file = open("io.tmp", O_CREAT | O_WRONLY, 0600);
    if (file < 0) return 2;
    pthread_barrier_init(&barrier, nullptr, 2);
    std::uint64_t x = 0;
    std::thread one(writer, rounds, file), two([&] { x = computer(rounds); });
    one.join();
    two.join();
    unlink("io.tmp");
    tell("FSYNC", in_fsync);
    tell("SLEEP", slept);
    tell("BARRIER", at_barrier);
    return x == 0;
}
