#include <vector>

// Reads a neighbour; calls something; changes its share.
double neighbours(const std::vector<double>& signal, std::vector<double>& result, double share) {
    double state = 0.0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        state += share * (signal[i] - state);
        result[i] = signal[i > 0 ? i - 1 : 0] - state;
    }
    return state;
}

double heard(double value);

double listened(const std::vector<double>& signal, std::vector<double>& result, double share) {
    double state = 0.0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        state += share * (signal[i] - state);
        result[i] = heard(state);
    }
    return state;
}
