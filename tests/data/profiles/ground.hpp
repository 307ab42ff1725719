// Shared by the ground-truth programs: their size, work of known length, and their own account of time.
//
// The size is the length of the file at stdin (as in a candidate's run), else 100. Every program prints to
// stderr "KEY VALUE" lines: what it knows of itself by its own clocks, in seconds unless it says otherwise.
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <sys/stat.h>

inline std::uint64_t size_of_input() {
    struct stat input;
    return fstat(0, &input) == 0 && S_ISREG(input.st_mode) && input.st_size > 0 ? input.st_size : 100;
}

inline double seconds(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}
inline double wall() { return seconds(CLOCK_MONOTONIC); }
inline double thread_cpu() { return seconds(CLOCK_THREAD_CPUTIME_ID); }

// Adds the time off the CPU between its construction and its end to a sum.
class OffCpu {
public:
    explicit OffCpu(double& sum) : sum_(sum) {}
    OffCpu(const OffCpu&) = delete;
    OffCpu& operator=(const OffCpu&) = delete;
    ~OffCpu() { sum_ += (wall() - wall_) - (thread_cpu() - cpu_); }

private:
    double& sum_;
    double cpu_ = thread_cpu();
    double wall_ = wall();
};

// Integer steps that no compiler removes or reorders; about a nanosecond each.
#define STEP(x) ((x) = (x) * 6364136223846793005ull + 1442695040888963407ull)

inline void tell(const char* key, double value) { std::fprintf(stderr, "%s %.9f\n", key, value); }
