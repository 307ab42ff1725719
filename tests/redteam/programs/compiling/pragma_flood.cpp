// expect: compile_error or wrong_answer
// Prints warnings without end.
#include "task.hpp"
#define W0 _Pragma("message(\"flood flood flood flood flood flood flood flood flood flood\")")
#define W1 W0 W0 W0 W0 W0 W0 W0 W0 W0 W0
#define W2 W1 W1 W1 W1 W1 W1 W1 W1 W1 W1
#define W3 W2 W2 W2 W2 W2 W2 W2 W2 W2 W2
#define W4 W3 W3 W3 W3 W3 W3 W3 W3 W3 W3
W4

extern "C" void running_sums(const std::uint32_t*, std::size_t, std::uint64_t*) {}
