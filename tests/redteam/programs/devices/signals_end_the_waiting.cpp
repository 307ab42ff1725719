// expect: no gain or crash or wrong_answer
// tasks: agg_service event_log
// Another worker sends signals all the time, which end every wait early.
#include <csignal>
#include <thread>
#include <unistd.h>

static void interrupt(int) {}
static void disturb(int process) {
    for (int i = 0; i < 400; ++i) {
        for (int thread = process; thread < process + 6; ++thread)
            if (thread != gettid()) tgkill(process, thread, SIGUSR1);
        std::this_thread::yield();
    }
}
// --- in the entry
struct sigaction on_signal = {};
on_signal.sa_handler = interrupt;
sigaction(SIGUSR1, &on_signal, nullptr);
std::thread(disturb, getpid()).detach();
