// Surveys an image: smooths its brightness, finds edges and detail and adds them up by patch.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

std::size_t patches_along(std::size_t pixels) { return (pixels + kPatchSide - 1) / kPatchSide; }

// One value for each pixel of an image, row by row.
struct Plane {
    std::size_t width;
    std::size_t height;
    std::vector<int> values;

    Plane(std::size_t w, std::size_t h) : width(w), height(h), values(w * h) {}

    int& at(std::size_t x, std::size_t y) { return values[y * width + x]; }
    int at(std::size_t x, std::size_t y) const { return values[y * width + x]; }
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
        int sum = 0;
        std::size_t end = 0, first = 0;
        for (std::size_t x = 0; x < plane.width; ++x) {
            for (; end < plane.width && end <= x + radius; ++end) {
                sum += plane.at(end, y);
            }
            for (; first + radius < x; ++first) {
                sum -= plane.at(first, y);
            }
            smoothed.at(x, y) = kMean.of(sum, end - first);
        }
    }
}

// The mean over the rows up to `radius` away, as far as there are such; the sums move along with y.
void smooth_columns(const Plane& plane, std::size_t radius, Plane& smoothed) {
    std::vector<int> sums(plane.width);
    std::size_t end = 0, first = 0;
    for (std::size_t y = 0; y < plane.height; ++y) {
        for (; end < plane.height && end <= y + radius; ++end) {
            for (std::size_t x = 0; x < plane.width; ++x) {
                sums[x] += plane.at(x, end);
            }
        }
        for (; first + radius < y; ++first) {
            for (std::size_t x = 0; x < plane.width; ++x) {
                sums[x] -= plane.at(x, first);
            }
        }
        for (std::size_t x = 0; x < plane.width; ++x) {
            smoothed.at(x, y) = kMean.of(sums[x], end - first);
        }
    }
}

// How much the plane changes around each pixel; beyond its ends it goes on as it is there.
void find_edges(const Plane& plane, Plane& edges) {
    for (std::size_t y = 0; y < plane.height; ++y) {
        std::size_t above = y == 0 ? 0 : y - 1;
        std::size_t below = std::min(y + 1, plane.height - 1);
        for (std::size_t x = 0; x < plane.width; ++x) {
            std::size_t left = x == 0 ? 0 : x - 1;
            std::size_t right = std::min(x + 1, plane.width - 1);
            int across = std::abs(plane.at(right, y) - plane.at(left, y));
            int down = std::abs(plane.at(x, below) - plane.at(x, above));
            edges.at(x, y) = across + down;
        }
    }
}

void find_distance(const Plane& a, const Plane& b, Plane& distance) {
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        distance.values[i] = std::abs(a.values[i] - b.values[i]);
    }
}

void add_up(const Plane& edges, const Plane& detail, std::uint32_t least, Patch* patches) {
    std::size_t patches_across = patches_along(edges.width);
    for (std::size_t y = 0; y < edges.height; ++y) {
        for (std::size_t x = 0; x < edges.width; ++x) {
            Patch& patch = patches[y / kPatchSide * patches_across + x / kPatchSide];
            std::uint32_t strength = edges.at(x, y);
            if (strength >= least) {
                patch.marked += 1;
                patch.strength += strength;
            }
            patch.detail += detail.at(x, y);
            patch.greatest = std::max<std::uint32_t>(patch.greatest, detail.at(x, y));
        }
    }
}

// What is made of one image; all but the brightness is made anew for each scale.
struct Planes {
    Plane brightness, rows, smoothed, edges, detail;

    Planes(std::size_t w, std::size_t h) : brightness(w, h), rows(w, h), smoothed(w, h), edges(w, h), detail(w, h) {}
};

void survey(Planes& planes, const Scale& scale, Patch* patches) {
    smooth_rows(planes.brightness, scale.radius, planes.rows);
    smooth_columns(planes.rows, scale.radius, planes.smoothed);
    find_edges(planes.smoothed, planes.edges);
    find_distance(planes.brightness, planes.smoothed, planes.detail);
    add_up(planes.edges, planes.detail, scale.least, patches);
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
