// expect: no gain
// tasks: agg_service bounded_handoff epoch_join event_log
// Defines the function that waits for answers: the calls of the device do not use it.
#include <cstddef>
#include <sys/types.h>

extern "C" ssize_t read(int, void*, std::size_t size) { return static_cast<ssize_t>(size); }
// --- in the entry
