#include <array>
#include <cstdint>
#include <cstdio>

constexpr std::uint32_t kSeats = 1000;

std::array<bool, kSeats> taken{};

std::uint32_t sit(std::uint32_t ahead, std::uint32_t sort) {
    for (std::uint32_t seat = 0; seat < kSeats; ++seat) {
        if (seat / 16 % 4 == sort && !taken[seat] && ahead-- == 0) {
            taken[seat] = true;
            return seat;
        }
    }
    return kSeats;
}

std::uint64_t bits(const std::uint64_t* words) {
    std::uint64_t sum = 0;
    for (std::size_t i = 5; i < 640; i++) {
        if (words[i >> 6] != 0) {
            sum = sum * 3 + (words[i / 64] >> (i & 63) & 1) * i;
        }
    }
    return sum;
}

int main() {
    for (std::uint32_t i = 0; i < 700; ++i) std::printf("%u ", sit(i % 60, i % 5));
    const std::uint64_t words[10] = {0, 5, 0, 0, 77777777777, 1, 0, 3, 0, 12};
    std::printf("%llu\n", static_cast<unsigned long long>(bits(words)));
}
