#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Grid {
    const std::uint8_t* cells;
    std::size_t width;
    std::size_t height;
};

std::uint64_t colours(const Grid& grid, std::size_t side) {
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k < grid.width * grid.height; ++k) {
        const std::size_t x = k % grid.width;
        const std::size_t y = k / grid.width;
        const std::size_t right = std::min(grid.width, x + side);
        std::uint64_t seen = 0;
        for (std::size_t row = y; row < std::min(grid.height, y + side); ++row) {
            for (std::size_t column = x; column < right; ++column) {
                seen |= std::uint64_t{1} << grid.cells[row * grid.width + column];
            }
        }
        sum = sum * 31 + seen;
    }
    return sum;
}

std::vector<unsigned> common(const std::vector<std::uint16_t>& flags, std::size_t length) {
    std::vector<unsigned> found;
    for (std::size_t first = 0; first < flags.size(); ++first) {
        unsigned all = ~0u;
        for (std::size_t i = first; i < std::min(flags.size(), first + length); ++i) all &= flags[i] | 7u << length;
        found.push_back(all);
    }
    return found;
}

int main() {
    std::vector<std::uint8_t> cells;
    std::vector<std::uint16_t> flags;
    for (unsigned i = 0; i < 29 * 13; ++i) {
        cells.push_back(i * i % 61);
        if (i < 40) flags.push_back(~(1 << i * 7 % 16));
    }
    const Grid grid{cells.data(), 29, 13};
    for (std::size_t side = 0; side < 28; ++side) {
        std::printf("%llu ", static_cast<unsigned long long>(colours(grid, side)));
        for (const unsigned each : common(flags, side)) std::printf("%u ", each);
    }
    std::printf("\n");
}
