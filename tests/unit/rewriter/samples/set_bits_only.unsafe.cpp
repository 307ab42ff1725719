#include <cstdint>

// A signed number; bits that change on the way; an end before the last one.
int some(int number, std::uint32_t flags) {
    int sum = 0;
    for (int bit = 0; bit < 8; ++bit) {
        if (number >> bit & 1) {
            sum += bit;
        }
    }
    for (int bit = 0; bit < 8; ++bit) {
        if (flags >> bit & 1) {
            flags |= 2u << bit;
        }
    }
    return sum + static_cast<int>(flags);
}
