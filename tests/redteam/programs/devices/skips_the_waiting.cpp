// expect: no gain
// tasks: agg_service bounded_handoff epoch_join event_log
// Writes zeros where the times of a device in this process would be, brings its own functions that sleep, overwrites the
// library's, and asks for other timers.
#define private public
#include "task.hpp"
#undef private
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>

extern "C" int nanosleep(const timespec*, timespec*) { return 0; }
extern "C" int usleep(unsigned) { return 0; }
extern "C" unsigned sleep(unsigned) { return 0; }

static void overwrite(void* function) {
    const unsigned char nothing[] = {0x31, 0xc0, 0xc3};
    auto* page = reinterpret_cast<char*>(reinterpret_cast<std::uintptr_t>(function) & ~std::uintptr_t{4095});
    if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) == 0) std::memcpy(function, nothing, sizeof nothing);
}
// --- in the entry
overwrite((void*)&clock_nanosleep);
overwrite((void*)&ppoll);
overwrite((void*)&select);
prctl(PR_SET_TIMERSLACK, 1);
const std::uint32_t zeros[2] = {};
std::memcpy((char*)&@DEVICE@ + 24, zeros, sizeof zeros);
