#include <cstdint>

// Not all bits; other distances; a number that changes; a narrow code; a signed number; bits beside it.
std::uint64_t low_half(std::uint32_t x) {
    std::uint64_t code = 0;
    for (int i = 0; i < 16; ++i) code |= std::uint64_t{x >> i & 1} << (2 * i);
    return code;
}

std::uint64_t thirds(std::uint32_t x) {
    std::uint64_t code = 0;
    for (int i = 0; i < 32; ++i) code |= std::uint64_t{x >> i & 1} << (3 * i & 63);
    return code;
}

std::uint64_t lost(std::uint32_t x) {
    std::uint64_t code = 0;
    for (int i = 0; i < 32; ++i) code |= std::uint64_t{x >> i & 1} << (2 * i + 2 - 2);
    return code;
}

std::uint64_t changes(std::uint32_t x) {
    std::uint64_t code = 0;
    for (int i = 0; i < 32; ++i) {
        code |= std::uint64_t{x >> i & 1} << (2 * i);
        x ^= 5;
    }
    return code;
}

std::uint32_t narrow(std::uint32_t x) {
    std::uint32_t code = 0;
    for (int i = 0; i < 32; ++i) code |= static_cast<std::uint32_t>(std::uint64_t{x >> i & 1} << (2 * i));
    return code;
}

std::uint64_t sign(std::int32_t x) {
    std::uint64_t code = 0;
    for (int i = 0; i < 32; ++i) code |= static_cast<std::uint64_t>(x >> i & 1) << (2 * i);
    return code;
}

std::uint64_t three(std::uint32_t x) {
    std::uint64_t code = 0;
    for (int i = 0; i < 32; ++i) code |= std::uint64_t{x >> i & 3} << (2 * i);
    return code;
}

std::uint64_t toggled(std::uint32_t x, std::uint64_t code) {
    for (int i = 0; i < 32; ++i) code ^= std::uint64_t{x >> i & 1} << (2 * i);
    return code;
}
