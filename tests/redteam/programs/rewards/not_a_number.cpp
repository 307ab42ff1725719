// expect: wrong_answer
// task: means
// Hopes that NaN compares equal to everything.
#include "task.hpp"

extern "C" void group_means(const double*, std::size_t groups, double* means) {
    for (std::size_t i = 0; i < groups; ++i) means[i] = __builtin_nan("");
}
