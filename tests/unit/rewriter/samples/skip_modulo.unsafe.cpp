#include <cstdint>

// A signed sum; a product; a sum that the variable cannot hold.
int signed_sum(const int* values, int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        sum = (sum + values[i]) % 251;
    }
    return sum;
}

std::uint32_t power(std::uint32_t base, int count) {
    std::uint32_t result = 1;
    for (int i = 0; i < count; ++i) {
        result = (result * base) % 65521;
    }
    return result;
}

std::uint8_t narrow(const std::uint32_t* values, int count) {
    std::uint8_t sum = 0;
    for (int i = 0; i < count; ++i) {
        sum = (sum + values[i]) % 200;
    }
    return sum;
}
