// expect: crash
// tasks: agg_service event_log
// Looks for the device among all processes and ends it.
#include <csignal>
#include <unistd.h>
// --- in the entry
for (int process = 1; process < 50; ++process)
    if (process != getpid()) kill(process, SIGKILL);
