#include <cstdint>
#include <vector>

bool open_row(std::uint32_t row);

// The test also reads the index itself, or changes something; turns do more; the end is unknown.
std::uint32_t itself(const std::vector<int>& v) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (i / 16 % 4 == i % 3 && v[i] > 0) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t second(const std::vector<int>& v) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (v[i] > 0 && i / 16 % 4 == 1) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t either(const std::vector<int>& v) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (i / 16 % 4 == 1 || v[i] > 0) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t calls() {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (open_row(i / 16) && sum < 1000) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t counts() {
    std::uint32_t sum = 0, left = 100;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (left-- > i / 16 && sum < 1000) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t more() {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (i / 16 % 4 == 1 && sum < 1000) {
            sum += i;
        } else {
            ++sum;
        }
    }
    return sum;
}

std::uint32_t thirds() {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 640; ++i) {
        if (i / 3 % 4 == 1 && sum < 1000) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t unknown(std::uint32_t end) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < end; ++i) {
        if (i / 16 % 4 == 1 && sum < 1000) {
            sum += i;
        }
    }
    return sum;
}

std::uint32_t divided() {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 1; i < 640; ++i) {
        if (16 / i == 1 && sum < 1000) {
            sum += i;
        }
    }
    return sum;
}
