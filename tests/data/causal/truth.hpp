// For programs whose causal effects are known: work of a given length, and lines that can really be made faster.
//
// Usage of each program: NAME ITEMS [LINE=PERCENT ...]; a line does PERCENT of its usual work (default 100).
// Prints "ITEMS SECONDS". A line under test carries its name in a comment: /* NAME */.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <unistd.h>

#include "progress.hpp"

namespace truth {

inline int arguments = 0;
inline char** argument = nullptr;

// How much of its usual work a line does, from the command line.
inline double share(const char* line) {
    const std::size_t length = std::strlen(line);
    for (int i = 2; i < arguments; ++i)
        if (std::strncmp(argument[i], line, length) == 0 && argument[i][length] == '=')
            return std::atof(argument[i] + length + 1) / 100;
    return 1;
}

inline double now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

inline long loops(double microseconds) { return static_cast<long>(microseconds * 700); }

inline void rest(long microseconds) {
    const timespec t{microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&t, nullptr);
}

template <class Body>
int run(int count, char** values, Body body) {
    arguments = count;
    argument = values;
    const long items = count > 1 ? std::atol(values[1]) : 100;
    const double start = now();
    body(items);
    std::printf("%ld %.6f\n", items, now() - start);
    return 0;
}

}  // namespace truth

// Some work that no optimiser sees through; everything on the line that uses it.
#define WORK(x, n) \
    for (long work_i = 0; work_i < (n); ++work_i) (x) = (x) * 6364136223846793005ull + 1442695040888963407ull;
