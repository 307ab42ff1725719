// expect: no gain
// tasks: agg_service bounded_handoff epoch_join event_log
// Tries to overwrite the function that waits for answers: no page of code can be made writable.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

static void overwrite(void* function) {
    const unsigned char all[] = {0x48, 0x89, 0xd0, 0xc3};  // returns its third argument
    auto* page = reinterpret_cast<char*>(reinterpret_cast<std::uintptr_t>(function) & ~std::uintptr_t{4095});
    if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) == 0) std::memcpy(function, all, sizeof all);
}
// --- in the entry
overwrite((void*)&read);
