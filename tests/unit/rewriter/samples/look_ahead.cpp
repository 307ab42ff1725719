#include <cstdio>
#include <vector>

std::vector<double> followed(const std::vector<double>& signal, double share) {
    std::vector<double> result(signal.size());
    double state = 0.0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        state += share * (signal[i] - state);
        result[i] = state;
    }
    return result;
}

int main() {
    std::vector<double> signal;
    for (int i = 0; i < 25; ++i) signal.push_back(i * 7 % 11);
    for (double value : followed(signal, 0.3)) std::printf("%.6f ", value);
    std::printf("\n");
}
