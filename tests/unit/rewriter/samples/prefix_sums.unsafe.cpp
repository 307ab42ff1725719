#include <algorithm>
#include <cstdint>
#include <vector>

struct Grid {
    const std::uint8_t* cells;
    std::size_t width;
    std::size_t height;
};

struct Reply {
    std::uint8_t* numbers;
    std::size_t count;
};

void put(Reply& reply, std::uint64_t number) { reply.numbers[reply.count++] = static_cast<std::uint8_t>(number); }

// A callee may write the elements.
void around(const Grid& grid, Reply& reply) {
    for (std::size_t y = 0; y < grid.height; ++y) {
        const std::size_t bottom = std::min(grid.height, y + 2);
        for (std::size_t x = 0; x < grid.width; ++x) {
            const std::size_t right = std::min(grid.width, x + 2);
            std::uint64_t count = 0;
            for (std::size_t row = y; row < bottom; ++row) {
                for (std::size_t column = x; column < right; ++column) {
                    count += grid.cells[row * grid.width + column];
                }
            }
            put(reply, count);
        }
    }
}

// The array's size is unknown.
std::uint64_t all(const std::uint8_t* cells, std::size_t width, std::size_t height) {
    std::uint64_t count = 0;
    for (std::size_t x = 0; x < width; ++x) {
        for (std::size_t row = 0; row < height; ++row) {
            for (std::size_t column = x; column < width; ++column) count += cells[row * width + column];
        }
    }
    return count;
}

// The term depends on the outer loop; or the outer loop changes the elements; or each is visited once.
std::uint64_t alike(const std::vector<std::uint16_t>& values) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i; j < values.size(); ++j) count += values[j] == values[i];
        const std::uint16_t level = values[i];
        for (std::size_t j = i; j < values.size(); ++j) count += values[j] >= level;
    }
    return count;
}

std::uint64_t changed(std::vector<std::uint16_t> values) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i; j < values.size(); ++j) count += values[j];
        values[i] += 1;
    }
    return count;
}

std::uint64_t once(const std::vector<std::uint16_t>& values, std::size_t width) {
    std::uint64_t count = 0;
    for (std::size_t row = 0; row < values.size() / width; ++row) {
        for (std::size_t column = 0; column < width; ++column) count += values[row * width + column];
    }
    return count;
}

// Rounded, or overflowing.
double rounded(const std::vector<double>& values, std::size_t most) {
    double sum = 0;
    for (std::size_t i = 0; i < most; ++i) {
        for (std::size_t j = i; j < values.size(); ++j) sum += values[j];
    }
    return sum;
}

int limited(const std::vector<int>& values, std::size_t most) {
    int sum = 0;
    for (std::size_t i = 0; i < most; ++i) {
        for (std::size_t j = i; j < values.size(); ++j) sum += values[j];
    }
    return sum;
}
