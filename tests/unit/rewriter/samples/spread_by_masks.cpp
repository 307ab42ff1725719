#include <cstdint>
#include <cstdio>
#include <vector>

std::uint64_t code_of(std::uint32_t x, std::uint32_t y) {
    std::uint64_t code = 0;
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
        code |= std::uint64_t{x >> bit & 1} << 2 * bit;
        code |= static_cast<std::uint64_t>((y >> bit) & 1) << (2 * bit + 1);
    }
    return code;
}

std::uint64_t doubled(const std::vector<std::uint16_t>& values, std::size_t at) {
    std::uint64_t wide = 1ull << 40;
    for (int i = 0; i < 16; ++i) wide |= std::uint64_t(values[at] >> i & 1) << (i * 2);
    return wide;
}

int main() {
    std::vector<std::uint16_t> values;
    std::uint32_t x = 1;
    for (int i = 0; i < 300; ++i) {
        x = x * 1664525 + 1013904223;
        values.push_back(static_cast<std::uint16_t>(x >> 9));
        std::printf("%llx ", static_cast<unsigned long long>(code_of(x, x * 77 + 5)));
        std::printf("%llx\n", static_cast<unsigned long long>(doubled(values, i)));
    }
}
