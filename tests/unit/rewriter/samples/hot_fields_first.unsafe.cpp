#include <cstdint>
#include <vector>

struct Pixel {
    std::uint8_t red;
    std::uint32_t alpha;
    std::uint8_t blue;
};

unsigned sum(std::vector<Pixel>& pixels) {
    pixels.push_back({1, 2, 3});
    unsigned total = 0;
    for (const Pixel& pixel : pixels) total += pixel.alpha;
    return total;
}
