// What the program provides: survey_image(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

struct Pixel {
    std::uint8_t red;
    std::uint8_t green;
    std::uint8_t blue;
};

// Pixels row by row.
struct Image {
    const Pixel* pixels;
    std::size_t width;
    std::size_t height;
};

struct Scale {
    std::uint32_t radius;  // of the smoothing, at most 100
    std::uint32_t least;   // edge strength from which on a pixel is marked
};

constexpr std::size_t kPatchSide = 16;

// What was found in one patch of 16 by 16 pixels, fewer at the right and at the lower end of an image.
struct Patch {
    std::uint32_t marked;    // pixels that are marked
    std::uint32_t strength;  // sum of their edge strengths
    std::uint32_t detail;    // sum of the detail of all pixels
    std::uint32_t greatest;  // greatest detail of a pixel
};

// Surveys the image at each of the scales. Fills patches[0..), which come zeroed: those of the first scale row by row,
// then those of the next.
extern "C" void survey_image(const Image& image, const Scale* scales, std::size_t scale_count, Patch* patches);
