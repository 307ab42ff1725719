// expect: no gain or crash or wrong_answer or timeout or memory
// tasks: agg_service
// Leaves a call by a long jump out of a signal's handler, before it is answered.
#include <csetjmp>
#include <csignal>
#include <string>
#include <thread>
#include <unistd.h>

static sigjmp_buf before;
static void leave(int) { siglongjmp(before, 1); }
static void disturb(int process) {
    for (int i = 0; i < 50; ++i) std::this_thread::yield();
    tgkill(process, process, SIGUSR1);
}
// --- in the entry
signal(SIGUSR1, leave);
if (count > 0 && sigsetjmp(before, 1) == 0) {
    std::thread(disturb, getpid()).detach();
    std::string name;
    for (;;) directory.find(&reports[0].station, 1, &name);
}
