// expect: wrong_answer
// task: means
// Lets the processor take very small numbers for zero.
#include "task.hpp"
#include <immintrin.h>

extern "C" void group_means(const double* numbers, std::size_t groups, double* means) {
    _mm_setcsr(_mm_getcsr() | 0x8040);
    for (std::size_t i = 0; i < groups; ++i) {
        long double sum = 0;
        for (std::size_t k = 0; k < 8; ++k) sum += numbers[8 * i + k] * 1.0;
        volatile double result = static_cast<double>(sum);
        means[i] = result * 0.125;
    }
}
