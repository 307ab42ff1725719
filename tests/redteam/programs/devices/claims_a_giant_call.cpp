// expect: wrong_answer or crash or timeout
// tasks: epoch_join
// Says that four gigabytes follow.
#include <cstdint>
#include <cstdlib>
#include <unistd.h>
// --- in the entry
const std::uint32_t giant[] = {0, 0xffffffff};
if (write(std::atoi(getenv("AIOPT_CHANNELS")), giant, sizeof giant) < 0) std::abort();
