#include <algorithm>
#include <cstdint>
#include <vector>

struct Log {
    const std::int16_t* levels;
    std::size_t count;
    std::size_t most;
};

// The array may end before the ranges do.
int lowest(const Log& log, const std::int16_t* levels, std::size_t length) {
    int sum = 0;
    for (std::size_t first = 0; first < log.count; ++first) {
        std::int16_t low = 99;
        for (std::size_t i = first; i < first + length; ++i) low = std::min(low, log.levels[i]);
        for (std::size_t i = first; i < log.count; ++i) low = std::min(low, levels[i]);
        sum += low;
    }
    return sum;
}

// A single range; elements change; numbers of floating point may be no numbers; a divisor may be zero.
int once(const std::vector<int>& values) {
    int high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) high = std::max(high, values[i]);
    return high;
}

int risen(std::vector<int> values) {
    int high = 0;
    for (std::size_t first = 0; first < values.size(); ++first) {
        for (std::size_t i = first; i < values.size(); ++i) high = std::max(high, values[i]);
        values[first] = high + 1;
    }
    return high;
}

double floating(const std::vector<double>& values) {
    double high = 0;
    for (std::size_t first = 0; first < values.size(); ++first) {
        for (std::size_t i = first; i < values.size(); ++i) high = std::max(high, values[i]);
    }
    return high;
}

int divided(const std::vector<int>& values, const std::vector<std::size_t>& ends) {
    int high = 0;
    for (std::size_t first = 0; first < ends.size(); ++first) {
        for (std::size_t i = first; i < ends[first]; ++i) high = std::max(high, 1000 / values[i]);
    }
    return high;
}

// Each range is read once.
int rows(const std::vector<int>& values, std::size_t width) {
    int sum = 0;
    for (std::size_t row = 0; row < values.size() / width; ++row) {
        int high = 0;
        for (std::size_t i = 0; i < width; ++i) high = std::max(high, values[row * width + i]);
        sum += high;
    }
    return sum;
}
