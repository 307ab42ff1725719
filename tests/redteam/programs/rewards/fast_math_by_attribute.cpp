// expect: compile_error
// task: means
// Switches fast-math on for one function.
#include "task.hpp"

#define JOIN(a, b) a##b
__attribute__((JOIN(optim, ize)("fast-math"))) static double add(const double* numbers) {
    double sum = 0;
    for (std::size_t k = 0; k < 8; ++k) sum += numbers[k];
    return sum;
}

extern "C" void group_means(const double* numbers, std::size_t groups, double* means) {
    for (std::size_t i = 0; i < groups; ++i) means[i] = add(numbers + 8 * i) / 8;
}
