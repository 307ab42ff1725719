#include <cstddef>
#include <vector>

// The window moves backwards.
std::size_t backwards(const std::vector<int>& values, const std::vector<std::size_t>& firsts) {
    std::size_t sum = 0;
    std::size_t high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t first = firsts[i];
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (values[j] >= values[high]) high = j;
            }
        }
        if (values[i] >= values[high]) high = i;
        sum += high;
    }
    return sum;
}

// The values change; the place is used before its update; other comparisons.
std::size_t changed(std::vector<int> values, std::size_t width) {
    std::size_t sum = 0;
    std::size_t high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (values[j] >= values[high]) high = j;
            }
        }
        if (values[i] >= values[high]) high = i;
        values[high] -= 1;
        sum += high;
    }
    return sum;
}

std::size_t early(const std::vector<int>& values, std::size_t width) {
    std::size_t sum = 0;
    std::size_t high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (values[j] >= values[high]) high = j;
            }
        }
        sum += high;
        if (values[i] >= values[high]) high = i;
    }
    return sum;
}

std::size_t other(const std::vector<int>& values, std::size_t width) {
    std::size_t sum = 0;
    std::size_t high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (values[j] >= values[high]) high = j;
            }
        }
        if (values[i] > values[high]) high = i;
        sum += high;
    }
    return sum;
}

// The place is reset, or starts elsewhere.
std::size_t reset(const std::vector<int>& values, std::size_t width) {
    std::size_t sum = 0;
    std::size_t high = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (values[j] >= values[high]) high = j;
            }
        }
        if (values[i] >= values[high]) high = i;
        sum += high;
        if (sum > 1000) high = i;
    }
    return sum;
}

std::size_t started(const std::vector<int>& values, std::size_t width, std::size_t start) {
    std::size_t sum = 0;
    std::size_t high = start;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t first = i < width ? 0 : i + 1 - width;
        if (high < first) {
            high = first;
            for (std::size_t j = first; j < i; ++j) {
                if (values[j] >= values[high]) high = j;
            }
        }
        if (values[i] >= values[high]) high = i;
        sum += high;
    }
    return sum;
}
