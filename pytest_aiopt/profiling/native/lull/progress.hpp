// For programs: LULL_PROGRESS("name") marks that one more unit of work is done. Costs a call, or nothing
// where Lull is not loaded.
#pragma once

#include <dlfcn.h>

#define LULL_PROGRESS(name)                                                                            \
    do {                                                                                               \
        static void (*const lull_visit)(const char*) =                                                 \
            reinterpret_cast<void (*)(const char*)>(dlsym(RTLD_DEFAULT, "lull_progress"));             \
        if (lull_visit) lull_visit(name);                                                              \
    } while (false)
