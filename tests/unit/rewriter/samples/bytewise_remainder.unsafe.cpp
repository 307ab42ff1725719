#include <cstdint>

std::uint32_t table[256];

// A table already; seven bits; another shift; a sign that is kept; a bit too late; a counter that matters.
void fill() {
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0xedb88320 : 0);
        table[byte] = rest;
    }
}

std::uint32_t seven(std::uint32_t rest) {
    for (int bit = 0; bit < 7; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0xedb88320 : 0);
    return rest;
}

std::uint32_t upwards(std::uint32_t rest) {
    for (int bit = 0; bit < 8; ++bit) rest = rest << 1 ^ (rest & 1 ? 0x04c11db7 : 0);
    return rest;
}

std::int32_t kept(std::int32_t rest) {
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0x6db88320 : 0);
    return rest;
}

std::uint32_t late(std::uint32_t rest, std::uint32_t word) {
    for (int bit = 0; bit < 8; ++bit) {
        word >>= 1;
        rest = rest >> 1 ^ ((rest ^ word) & 1 ? 0xedb88320 : 0);
    }
    return rest;
}

std::uint32_t counted(std::uint32_t rest) {
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0xedb88320 : 0) ^ bit;
    return rest;
}

std::uint32_t other(std::uint32_t rest, std::uint32_t word) {
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (word & 1 ? 0xedb88320 : 0);
    return rest;
}
