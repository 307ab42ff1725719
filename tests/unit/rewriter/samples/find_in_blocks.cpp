#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

std::size_t place_of(const std::vector<std::uint16_t>& recent, std::uint16_t symbol) {
    const auto place = std::find(recent.begin(), recent.end(), symbol);
    return static_cast<std::size_t>(place - recent.begin());
}

struct Active {
    std::vector<std::uint32_t> active;

    std::vector<std::uint32_t>::iterator where(std::uint32_t each) {
        return std::find(active.begin(), active.end(), each + 1);
    }
};

int main() {
    std::vector<std::uint16_t> recent;
    Active all;
    for (std::uint16_t i = 0; i < 500; ++i) {
        recent.push_back(static_cast<std::uint16_t>(i * 7919));
        all.active.push_back(i * 3);
        std::printf("%zu ", place_of(recent, static_cast<std::uint16_t>(i / 2 * 7919)));
        std::printf("%zu ", place_of(recent, i));
        std::printf("%d\n", static_cast<int>(all.where(i) - all.active.begin()));
    }
}
