#include <array>
#include <cstdint>

constexpr std::array<std::uint32_t, 16> kParts = {0, 7, 14, 9, 28, 27, 18, 21, 56, 63, 54, 49, 36, 35, 42, 45};
constexpr std::array<std::uint32_t, 256> kBytes = {1, 2, 3};
std::array<std::uint32_t, 16> learnt;

// An odd number of steps; more bits in the mask than shifted out; a table that changes; bytes already.
std::uint32_t odd(std::uint32_t x) {
    for (int i = 0; i < 7; ++i) x = x >> 4 ^ kParts[x & 15];
    return x;
}

std::uint32_t overlapping(std::uint32_t x) {
    for (int i = 0; i < 8; ++i) x = x >> 3 ^ kParts[x & 15];
    return x;
}

std::uint32_t changing(std::uint32_t x) {
    for (int i = 0; i < 8; ++i) x = x >> 4 ^ learnt[x & 15];
    return x;
}

std::uint32_t bytes(std::uint32_t x) {
    for (int i = 0; i < 4; ++i) x = x >> 8 ^ kBytes[x & 255];
    return x;
}

std::int32_t sign(std::int32_t x) {
    for (int i = 0; i < 8; ++i) x = x >> 4 ^ static_cast<std::int32_t>(kParts[x & 15]);
    return x;
}

std::uint32_t carries(std::uint32_t x) {
    for (int i = 0; i < 8; ++i) x = (x >> 4) + kParts[x & 15];
    return x;
}

std::uint32_t mixed(std::uint32_t x, std::uint32_t y) {
    for (int i = 0; i < 8; ++i) x = x >> 4 ^ kParts[y & 15];
    return x;
}

std::uint32_t unknown(std::uint32_t x, int count) {
    for (int i = 0; i < count; ++i) x = x >> 4 ^ kParts[x & 15];
    return x;
}
