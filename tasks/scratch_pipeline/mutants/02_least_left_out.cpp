// Wrong: A pixel of exactly the least strength is not marked.
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

Plane brightness_of(const Image& image) {
    Plane brightness(image.width, image.height);
    for (std::size_t i = 0; i < brightness.values.size(); ++i) {
        const Pixel& pixel = image.pixels[i];
        brightness.values[i] = (77 * pixel.red + 150 * pixel.green + 29 * pixel.blue) / 256;
    }
    return brightness;
}

// The mean over the columns up to `radius` away, as far as there are such.
Plane smooth_rows(const Plane& plane, std::size_t radius) {
    Plane smoothed(plane.width, plane.height);
    for (std::size_t y = 0; y < plane.height; ++y) {
        for (std::size_t x = 0; x < plane.width; ++x) {
            std::size_t first = x < radius ? 0 : x - radius;
            std::size_t last = std::min(x + radius, plane.width - 1);
            int sum = 0;
            for (std::size_t i = first; i <= last; ++i) {
                sum += plane.at(i, y);
            }
            smoothed.at(x, y) = sum / static_cast<int>(last - first + 1);
        }
    }
    return smoothed;
}

// The mean over the rows up to `radius` away, as far as there are such.
Plane smooth_columns(const Plane& plane, std::size_t radius) {
    Plane smoothed(plane.width, plane.height);
    for (std::size_t y = 0; y < plane.height; ++y) {
        std::size_t first = y < radius ? 0 : y - radius;
        std::size_t last = std::min(y + radius, plane.height - 1);
        for (std::size_t x = 0; x < plane.width; ++x) {
            int sum = 0;
            for (std::size_t i = first; i <= last; ++i) {
                sum += plane.at(x, i);
            }
            smoothed.at(x, y) = sum / static_cast<int>(last - first + 1);
        }
    }
    return smoothed;
}

// How much the plane changes around each pixel; beyond its ends it goes on as it is there.
Plane edges_of(const Plane& plane) {
    Plane edges(plane.width, plane.height);
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
    return edges;
}

Plane distance_between(const Plane& a, const Plane& b) {
    Plane distance(a.width, a.height);
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        distance.values[i] = std::abs(a.values[i] - b.values[i]);
    }
    return distance;
}

void add_up(const Plane& edges, const Plane& detail, std::uint32_t least, Patch* patches) {
    std::size_t patches_across = patches_along(edges.width);
    for (std::size_t y = 0; y < edges.height; ++y) {
        for (std::size_t x = 0; x < edges.width; ++x) {
            Patch& patch = patches[y / kPatchSide * patches_across + x / kPatchSide];
            std::uint32_t strength = edges.at(x, y);
            if (strength > least) {
                patch.marked += 1;
                patch.strength += strength;
            }
            patch.detail += detail.at(x, y);
            patch.greatest = std::max<std::uint32_t>(patch.greatest, detail.at(x, y));
        }
    }
}

void survey(const Image& image, const Scale& scale, Patch* patches) {
    Plane brightness = brightness_of(image);
    Plane smoothed = smooth_columns(smooth_rows(brightness, scale.radius), scale.radius);
    Plane edges = edges_of(smoothed);
    Plane detail = distance_between(brightness, smoothed);
    add_up(edges, detail, scale.least, patches);
}

}  // namespace

extern "C" void survey_image(const Image& image, const Scale* scales, std::size_t scale_count, Patch* patches) {
    std::size_t patch_count = patches_along(image.width) * patches_along(image.height);
    for (std::size_t i = 0; i < scale_count; ++i) {
        survey(image, scales[i], patches + i * patch_count);
    }
}
