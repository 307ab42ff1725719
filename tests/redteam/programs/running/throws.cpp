// expect: crash
// Lets an exception leave the entry.
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    throw 1;
}
