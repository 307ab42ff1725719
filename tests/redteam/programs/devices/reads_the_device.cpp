// expect: crash
// tasks: agg_service epoch_join
// Looks for the seed in the memory of the device.
#include <cstdint>
#include <cstdlib>
#include <sys/uio.h>
#include <unistd.h>
// --- in the entry
char found[4096];
for (int process = 1; process < 50; ++process) {
    iovec ours = {found, sizeof found}, theirs = {(void*)0x400000, sizeof found};
    if (process != getpid() && process_vm_readv(process, &ours, 1, &theirs, 1, 0) > 0) std::_Exit(0);
}
