#include <algorithm>
#include <cstddef>
#include <vector>

std::size_t width = 5;

void widen(int by) { width += by; }

// The width or the elements change; a turn may be left out; the window starts elsewhere; numbers may be NaN.
long growing(const std::vector<int>& v, std::size_t reach) {
    long sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        int low = v[i];
        for (std::size_t n = 1; n < reach && n <= i; ++n) low = std::min(low, v[i - n]);
        if (low < 3) ++reach;
        sum += low;
    }
    return sum;
}

long calls(const std::vector<int>& v) {
    long sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        int low = v[i];
        for (std::size_t n = 1; n < width && n <= i; ++n) low = std::min(low, v[i - n]);
        widen(low);
        sum += low;
    }
    return sum;
}

void smooth(std::vector<int>& v) {
    for (std::size_t i = 0; i < v.size(); ++i) {
        int low = v[i];
        for (std::size_t n = 1; n < 9 && n <= i; ++n) low = std::min(low, v[i - n]);
        v[i] = low;
    }
}

void smooth_into(const std::vector<int>& v, std::vector<int>& to) {
    for (std::size_t i = 0; i < v.size(); ++i) {
        int low = v[i];
        for (std::size_t n = 1; n < 9 && n <= i; ++n) low = std::min(low, v[i - n]);
        to[i] = low;
    }
}

long some(const std::vector<int>& v) {
    long sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] == 0) continue;
        int low = v[i];
        for (std::size_t n = 1; n < 9 && n <= i; ++n) low = std::min(low, v[i - n]);
        sum += low;
    }
    return sum;
}

long late(const std::vector<int>& v) {
    long sum = 0;
    for (std::size_t i = 3; i < v.size(); ++i) {
        int low = v[i];
        for (std::size_t n = 1; n < 9 && n <= i; ++n) low = std::min(low, v[i - n]);
        sum += low;
    }
    return sum;
}

double floats(const std::vector<double>& v) {
    double sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        double low = v[i];
        for (std::size_t n = 1; n < 9 && n <= i; ++n) low = std::min(low, v[i - n]);
        sum += low;
    }
    return sum;
}

long from_zero(const std::vector<int>& v) {
    long sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        int low = 0;
        for (std::size_t n = 1; n < 9 && n <= i; ++n) low = std::min(low, v[i - n]);
        sum += low;
    }
    return sum;
}

long both(const std::vector<int>& v) {
    long sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        int low = v[i];
        for (std::size_t n = 1; n < 9 && n <= i; ++n) {
            low = std::min(low, v[i - n]);
            sum += low;
        }
    }
    return sum;
}

long by_value(const std::vector<std::size_t>& v) {
    long sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        std::size_t low = v[i];
        for (std::size_t n = 1; n < low && n <= i; ++n) low = std::min(low, v[i - n]);
        sum += low;
    }
    return sum;
}
