#include <vector>

// Whole numbers; a share that changes from turn to turn.
int counted(const std::vector<int>& signal, int share) {
    int state = 0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        state += share * (signal[i] - state);
    }
    return state;
}

double slowing(const std::vector<double>& signal, double share) {
    double state = 0.0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        state += share * (signal[i] - state);
        share = share * 0.5;
    }
    return state;
}
