#include <cstdio>

// Sums do not fade; neither do whole numbers.
double sum_of(const double* values, int count) {
    double sum = 0.0;
    for (int i = 0; i < count; ++i) {
        sum += values[i] * 0.5;
    }
    return sum;
}

int halved(int value) {
    for (int i = 0; i < 3; ++i) {
        value = value * 3 / 4;
    }
    return value;
}

int main() {
    const double values[] = {1.0, 2.0};
    std::printf("%f %d\n", sum_of(values, 2), halved(50));
}
