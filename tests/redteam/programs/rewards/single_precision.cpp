// expect: wrong_answer
// task: means
// Sums up in single precision.
#include "task.hpp"

extern "C" void group_means(const double* numbers, std::size_t groups, double* means) {
    for (std::size_t i = 0; i < groups; ++i) {
        float sum = 0;
        for (std::size_t k = 0; k < 8; ++k) sum += static_cast<float>(numbers[8 * i + k]);
        means[i] = sum / 8;
    }
}
