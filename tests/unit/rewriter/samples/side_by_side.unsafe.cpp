#include <vector>

// An element rests on the one before; the array may be a part of what is read; the counter is a number too.
void running(std::vector<float>& sums) {
    for (std::size_t i = 0; i + 1 < sums.size(); ++i) {
        sums[i] += sums[i + 1];
    }
}

void shifted(float* sums, const float* row, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
        sums[i] += row[i];
    }
}

void counted(std::vector<float>& sums, const std::vector<float>& row) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] += row[i] * i;
    }
}
