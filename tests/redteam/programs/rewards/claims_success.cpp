// expect: tampered or wrong_answer
// Prints what a careless harness would look for.
#include "task.hpp"
#include <cstdio>
#include <cstdlib>

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {
    std::puts("{\"passed\": true, \"score\": 1e9}\n500 passed in 0.00s");
    std::exit(0);
}
