#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Grid {
    const std::uint8_t* cells;
    std::size_t width;
    std::size_t height;
};

struct Reply {
    std::uint64_t count;
    std::uint64_t sum;
};

void put(Reply& reply, std::uint64_t number) {
    reply.count += 1;
    reply.sum = reply.sum * 31 + number;
}

// Cells of at least a value around each cell.
void around(const Grid& grid, std::uint32_t least, std::size_t reach, Reply& reply) {
    for (std::size_t y = 0; y < grid.height; ++y) {
        const std::size_t bottom = std::min(grid.height, y + reach + 1);
        for (std::size_t x = 0; x < grid.width; ++x) {
            const std::size_t right = std::min(grid.width, x + reach + 1);
            std::uint32_t count = 0;
            for (std::size_t row = y < reach ? 0 : y - reach; row < bottom; ++row) {
                for (std::size_t column = x < reach ? 0 : x - reach; column < right; ++column) {
                    count += grid.cells[row * grid.width + column] >= least;
                }
            }
            put(reply, count);
        }
    }
}

// Sums of ranges of a vector; some ranges are empty.
std::vector<std::uint64_t> sums(const std::vector<std::uint16_t>& values, std::size_t length) {
    std::vector<std::uint64_t> found;
    for (std::size_t first = 0; first < values.size(); ++first) {
        std::uint64_t total = first;
        for (std::size_t i = first; i < std::min(values.size(), first * 2 + length - 3); i++) {
            total += values[i] + 7u;
        }
        found.push_back(total);
    }
    return found;
}

int main() {
    std::vector<std::uint8_t> cells;
    std::vector<std::uint16_t> values;
    for (unsigned i = 0; i < 17 * 9; ++i) cells.push_back(i * i % 23);
    for (unsigned i = 0; i < 40; ++i) values.push_back(i * 7919);
    const Grid grid{cells.data(), 17, 9};
    for (std::size_t reach = 0; reach < 20; ++reach) {
        Reply reply{};
        around(grid, 11, reach, reply);
        std::printf("%llu %llu ", static_cast<unsigned long long>(reply.count), static_cast<unsigned long long>(reply.sum));
        for (const std::uint64_t each : sums(values, reach)) std::printf("%llu ", static_cast<unsigned long long>(each));
    }
    std::printf("\n");
}
