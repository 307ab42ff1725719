#include <vector>

// The test reads what the work writes.
int record(const std::vector<int>& values) {
    int best = 0;
    for (const int& value : values) {
        if (value > best) {
            best = value;
        }
    }
    return best;
}

// The work ends the loop.
int first_large(const std::vector<int>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] > 10) {
            return values[i];
        }
    }
    return 0;
}

// The test has an effect.
int taken(std::vector<int>& values, int left) {
    int sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (--left > 0) {
            sum += values[i];
        }
    }
    return sum;
}
