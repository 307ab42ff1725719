// expect: memory
// Allocates and touches until something gives.
#include "task.hpp"
#include <cstring>

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    for (;;) std::memset(new char[1 << 20], 1, 1 << 20);
}
