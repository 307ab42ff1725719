// Surveys an image: smooths its brightness, finds edges and detail and adds them up by patch.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

std::size_t patches_along(std::size_t pixels) { return (pixels + kPatchSide - 1) / kPatchSide; }

// One value below 256 for each pixel of an image, row by row.
struct Plane {
    std::size_t width;
    std::size_t height;
    std::vector<std::uint8_t> values;

    Plane(std::size_t w, std::size_t h) : width(w), height(h), values(w * h) {}

    std::uint8_t* row(std::size_t y) { return values.data() + y * width; }
    const std::uint8_t* row(std::size_t y) const { return values.data() + y * width; }
};

void find_brightness(const Image& image, Plane& brightness) {
    for (std::size_t i = 0; i < brightness.values.size(); ++i) {
        const Pixel& pixel = image.pixels[i];
        brightness.values[i] = (77 * pixel.red + 150 * pixel.green + 29 * pixel.blue) / 256;
    }
}

// Divides sums of up to 201 brightnesses by how many they are; exact, as sum * (excess of the factor) < 2^32.
class Mean {
public:
    Mean() {
        for (std::uint64_t count = 1; count <= kMost; ++count) {
            factors_[count] = ((std::uint64_t{1} << 32) + count - 1) / count;
        }
    }

    int of(std::uint64_t sum, std::size_t count) const { return static_cast<int>(sum * factors_[count] >> 32); }

private:
    static constexpr std::size_t kMost = 201;
    std::uint64_t factors_[kMost + 1] = {};
};

const Mean kMean;

// The mean over the columns up to `radius` away, as far as there are such; the sum moves along with x.
void smooth_rows(const Plane& plane, std::size_t radius, Plane& smoothed) {
    for (std::size_t y = 0; y < plane.height; ++y) {
        const std::uint8_t* from = plane.row(y);
        std::uint8_t* to = smoothed.row(y);
        int sum = 0;
        std::size_t end = 0, first = 0;
        for (std::size_t x = 0; x < plane.width; ++x) {
            for (; end < plane.width && end <= x + radius; ++end) {
                sum += from[end];
            }
            for (; first + radius < x; ++first) {
                sum -= from[first];
            }
            to[x] = kMean.of(sum, end - first);
        }
    }
}

// The mean over the rows up to `radius` away, as far as there are such; the sums move along with y.
void smooth_columns(const Plane& plane, std::size_t radius, Plane& smoothed) {
    std::vector<int> sums(plane.width);
    std::size_t end = 0, first = 0;
    for (std::size_t y = 0; y < plane.height; ++y) {
        for (; end < plane.height && end <= y + radius; ++end) {
            const std::uint8_t* from = plane.row(end);
            for (std::size_t x = 0; x < plane.width; ++x) {
                sums[x] += from[x];
            }
        }
        for (; first + radius < y; ++first) {
            const std::uint8_t* from = plane.row(first);
            for (std::size_t x = 0; x < plane.width; ++x) {
                sums[x] -= from[x];
            }
        }
        std::uint8_t* to = smoothed.row(y);
        for (std::size_t x = 0; x < plane.width; ++x) {
            to[x] = kMean.of(sums[x], end - first);
        }
    }
}

// Adds edges and detail of the pixels from `first` to `end` of one row to their patch.
void add_up(const std::uint8_t* const rows[3], const std::uint8_t* brightness, std::size_t first, std::size_t end,
            std::size_t width, std::uint32_t least, Patch& patch) {
    const std::uint8_t* row = rows[1];
    Patch found{};
    for (std::size_t x = first; x < end; ++x) {
        int across = row[x + 1 < width ? x + 1 : x] - row[x > 0 ? x - 1 : x];
        std::uint32_t strength = std::abs(across) + std::abs(rows[2][x] - rows[0][x]);
        std::uint32_t marked = strength >= least;
        std::uint32_t detail = std::abs(brightness[x] - row[x]);
        found.marked += marked;
        found.strength += strength * marked;
        found.detail += detail;
        found.greatest = std::max(found.greatest, detail);
    }
    patch.marked += found.marked;
    patch.strength += found.strength;
    patch.detail += found.detail;
    patch.greatest = std::max(patch.greatest, found.greatest);
}

// What is made of one image; all but the brightness is made anew for each scale.
struct Planes {
    Plane brightness, rows, smoothed;

    Planes(std::size_t w, std::size_t h) : brightness(w, h), rows(w, h), smoothed(w, h) {}
};

void survey(Planes& planes, const Scale& scale, Patch* patches) {
    smooth_rows(planes.brightness, scale.radius, planes.rows);
    smooth_columns(planes.rows, scale.radius, planes.smoothed);
    const Plane& smoothed = planes.smoothed;
    for (std::size_t y = 0; y < smoothed.height; ++y) {
        const std::uint8_t* const rows[3] = {smoothed.row(y == 0 ? 0 : y - 1), smoothed.row(y),
                                             smoothed.row(std::min(y + 1, smoothed.height - 1))};
        Patch* patch = patches + y / kPatchSide * patches_along(smoothed.width);
        for (std::size_t x = 0; x < smoothed.width; x += kPatchSide) {
            std::size_t end = std::min(x + kPatchSide, smoothed.width);
            add_up(rows, planes.brightness.row(y), x, end, smoothed.width, scale.least, *patch++);
        }
    }
}

}  // namespace

extern "C" void survey_image(const Image& image, const Scale* scales, std::size_t scale_count, Patch* patches) {
    Planes planes(image.width, image.height);
    find_brightness(image, planes.brightness);
    std::size_t patch_count = patches_along(image.width) * patches_along(image.height);
    for (std::size_t i = 0; i < scale_count; ++i) {
        survey(planes, scales[i], patches + i * patch_count);
    }
}
