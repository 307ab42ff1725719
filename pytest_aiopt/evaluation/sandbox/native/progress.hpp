// PROGRESS_POINT("name"): one more unit of work is done. A causal profiler in the process, Lull or Coz, takes
// note of it; where there is none, it does nothing. For programs that are linked dynamically.
#pragma once

#include <cstddef>
#include <dlfcn.h>

namespace progress {

// The interface by which Coz hands out counters (coz.h).
struct CozCounter {
    std::size_t count, backoff;
};
using CozGetCounter = CozCounter* (*)(int type, const char* name);
constexpr int coz_throughput = 1;

using LullProgress = void (*)(const char* name);

class Point {
public:
    explicit Point(const char* name)
        : name_(name), lull_(reinterpret_cast<LullProgress>(dlsym(RTLD_DEFAULT, "lull_progress"))) {
        const auto get = reinterpret_cast<CozGetCounter>(dlsym(RTLD_DEFAULT, "_coz_get_counter"));
        if (get) coz_ = get(coz_throughput, name);
    }
    void visit() {
        if (lull_) lull_(name_);
        if (coz_) __atomic_add_fetch(&coz_->count, 1, __ATOMIC_RELAXED);
    }

private:
    const char* name_;
    LullProgress lull_;
    CozCounter* coz_ = nullptr;
};

}  // namespace progress

#define PROGRESS_POINT(name)                  \
    do {                                      \
        static progress::Point point_here(name); \
        point_here.visit();                   \
    } while (false)
