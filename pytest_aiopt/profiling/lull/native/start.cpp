// Beginning and end. Without a plan in the environment the library does nothing.
#include "lull.hpp"

#include <cstdio>
#include <cstdlib>
#include <pthread.h>

namespace {

void stop_in_child() { lull::self = nullptr; }  // the pacer is not there, the output is the parent's

__attribute__((constructor)) void start() {
    const char* plan = std::getenv("LULL_PLAN");
    const char* output = std::getenv("LULL_OUT");
    if (!plan || !output) return;
    if (!lull::load_plan(plan)) {
        std::fprintf(stderr, "lull: cannot read the plan %s\n", plan);
        std::_Exit(121);
    }
    unsetenv("LD_PRELOAD");  // programs that this one starts are not ours
    lull::open_output(output);
    lull::install_handlers();
    lull::enter_thread(0);
    lull::calibrate();
    lull::start_experiments();
    lull::start_pacer();
    pthread_atfork(nullptr, nullptr, stop_in_child);
}

__attribute__((destructor)) void finish() {
    if (!lull::self) return;
    lull::Inside inside;
    lull::finish_experiments();
}

}  // namespace
