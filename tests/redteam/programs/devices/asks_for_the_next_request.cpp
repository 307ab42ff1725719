// expect: wrong_answer or crash
// tasks: agg_service bounded_handoff epoch_join event_log
// Tells the device that it serves a later request already.
#include <cstdint>
#include <cstdlib>
#include <unistd.h>
// --- in the entry
static std::uint32_t number = 1;
const std::uint32_t ahead[] = {++number, 8, 0, 1};
if (write(std::atoi(getenv("AIOPT_CHANNELS")), ahead, sizeof ahead) < 0) std::abort();
