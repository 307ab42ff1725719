// expect: compile_error or crash
// Gives the entry as bytes.
#include <cstddef>
extern "C" const unsigned char running_sums[] = {0xc3};
