// What the program implements.
#pragma once

#include <cstddef>

// means[i] = the mean of numbers[8i..8i+8); infinities and NaN as IEEE arithmetic gives them.
extern "C" void group_means(const double* numbers, std::size_t groups, double* means);
