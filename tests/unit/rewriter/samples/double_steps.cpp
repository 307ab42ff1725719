#include <array>
#include <cstdint>
#include <cstdio>

constexpr std::array<std::uint32_t, 16> kParts = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};
constexpr std::uint16_t kOdd[4] = {3, 60001, 17, 49000};

std::uint32_t check_of(std::uint32_t value) {
    std::uint32_t check = ~value;
    for (int step = 0; step < 8; ++step) check = check >> 4 ^ kParts[check & 15];
    return check;
}

std::uint16_t scrambled(std::uint16_t x) {
    for (unsigned i = 0; i < 2; i++) {
        x = kOdd[x & 0x3] ^ (x >> 2);
    }
    return x;
}

int main() {
    for (std::uint32_t i = 0; i < 70000; i += 7) {
        std::printf("%u %u\n", check_of(i * 2654435761u), scrambled(static_cast<std::uint16_t>(i)));
    }
}
