#include <algorithm>
#include <cstdint>
#include <vector>

struct Grid {
    std::uint8_t* cells;
    std::size_t width;
    std::size_t height;
};

// The elements change; the array may end before; each element is read once; the term is another one each time.
std::uint64_t painted(const Grid& grid, std::size_t side) {
    std::uint64_t seen = 0;
    for (std::size_t x = 0; x < grid.width; ++x) {
        const std::size_t right = std::min(grid.width, x + side);
        for (std::size_t row = 0; row < grid.height; ++row) {
            for (std::size_t column = x; column < right; ++column) {
                seen |= std::uint64_t{1} << grid.cells[row * grid.width + column];
            }
        }
        grid.cells[x] = 7;
    }
    return seen;
}

std::uint64_t beyond(const std::uint8_t* cells, std::size_t count, std::size_t side) {
    std::uint64_t seen = 0;
    for (std::size_t x = 0; x < count; ++x) {
        for (std::size_t i = x; i < x + side; ++i) seen |= cells[i];
    }
    return seen;
}

unsigned once(const std::vector<unsigned>& flags) {
    unsigned seen = 0;
    for (std::size_t i = 0; i < flags.size(); ++i) seen |= flags[i];
    return seen;
}

unsigned shifted(const std::vector<unsigned>& flags) {
    unsigned seen = 0;
    for (std::size_t first = 0; first < flags.size(); ++first) {
        for (std::size_t i = first; i < flags.size(); ++i) seen |= flags[i] >> first;
    }
    return seen;
}

unsigned counted(const std::vector<unsigned>& flags) {
    unsigned seen = 0;
    for (std::size_t first = 0; first < flags.size(); ++first) {
        for (std::size_t i = first; i < flags.size(); ++i) seen |= flags[i] & i;
    }
    return seen;
}
