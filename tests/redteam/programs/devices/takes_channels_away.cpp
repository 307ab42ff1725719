// expect: wrong_answer or crash
// tasks: agg_service bounded_handoff epoch_join event_log
// Closes the channels, so that calls fail at once.
#include <unistd.h>
// --- in the entry
for (int i = 3; i < 200; ++i) close(i);
