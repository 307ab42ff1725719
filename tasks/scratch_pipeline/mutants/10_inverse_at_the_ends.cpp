// Wrong: Small radii divide by too much at the right end of a row.
// Surveys an image: smooths its brightness, finds edges and detail and adds them up by patch.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <emmintrin.h>
#include <vector>

namespace {

constexpr std::uint32_t kFew = 8;

std::size_t patches_along(std::size_t pixels) { return (pixels + kPatchSide - 1) / kPatchSide; }

// One value below 256 for each pixel of an image, row by row.
struct Plane {
    std::size_t width;
    std::size_t height;
    std::size_t stride;  // the width rounded up to whole patches
    std::vector<std::uint8_t> values;

    Plane(std::size_t w, std::size_t h)
        : width(w), height(h), stride(patches_along(w) * kPatchSide), values(stride * h) {}

    std::uint8_t* row(std::size_t y) { return values.data() + y * stride; }
    const std::uint8_t* row(std::size_t y) const { return values.data() + y * stride; }
};

void find_brightness(const Image& image, Plane& brightness) {
    const Pixel* pixel = image.pixels;
    for (std::size_t y = 0; y < image.height; ++y) {
        std::uint8_t* row = brightness.row(y);
        for (std::size_t x = 0; x < image.width; ++x, ++pixel) {
            row[x] = (77 * pixel->red + 150 * pixel->green + 29 * pixel->blue) / 256;
        }
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

__m128i load(const std::uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

// Divides eight 16-bit sums; exact, since the half that is added outweighs the rounding of the product.
__m128i means_of(__m128i sums, __m128 inverse) {
    const __m128i zero = _mm_setzero_si128();
    const __m128 half = _mm_set1_ps(0.5f);
    __m128 low = _mm_cvtepi32_ps(_mm_unpacklo_epi16(sums, zero));
    __m128 high = _mm_cvtepi32_ps(_mm_unpackhi_epi16(sums, zero));
    return _mm_packs_epi32(_mm_cvttps_epi32(_mm_mul_ps(_mm_add_ps(low, half), inverse)),
                           _mm_cvttps_epi32(_mm_mul_ps(_mm_add_ps(high, half), inverse)));
}

// As smooth_rows, for radii up to kFew: away from the ends sixteen sums are added up from bytes side by side.
void smooth_rows_directly(const Plane& plane, std::size_t radius, Plane& smoothed) {
    const __m128i zero = _mm_setzero_si128();
    const __m128 inverse = _mm_set1_ps(1.0f / static_cast<float>(2 * radius + 1));
    for (std::size_t y = 0; y < plane.height; ++y) {
        const std::uint8_t* from = plane.row(y);
        std::uint8_t* to = smoothed.row(y);
        for (std::size_t x = 0; x < plane.width;) {
            if (x >= radius && x + kPatchSide + radius <= plane.width) {
                __m128i low = zero, high = zero;
                for (std::size_t i = x - radius; i <= x + radius; ++i) {
                    low = _mm_add_epi16(low, _mm_unpacklo_epi8(load(from + i), zero));
                    high = _mm_add_epi16(high, _mm_unpackhi_epi8(load(from + i), zero));
                }
                __m128i means = _mm_packus_epi16(means_of(low, inverse), means_of(high, inverse));
                _mm_storeu_si128(reinterpret_cast<__m128i*>(to + x), means);
                x += kPatchSide;
            } else {
                std::size_t first = x < radius ? 0 : x - radius;
                std::size_t end = std::min(x + radius + 1, plane.width);
                int sum = 0;
                for (std::size_t i = first; i < end; ++i) {
                    sum += from[i];
                }
                to[x++] = kMean.of(sum, std::min<std::size_t>(2 * radius + 1, end));
            }
        }
    }
}

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

// Adds sixteen bytes to sixteen sums, or takes them off.
void move(__m128i* sums, const std::uint8_t* from, bool add) {
    __m128i low = _mm_unpacklo_epi8(load(from), _mm_setzero_si128());
    __m128i high = _mm_unpackhi_epi8(load(from), _mm_setzero_si128());
    sums[0] = add ? _mm_add_epi16(sums[0], low) : _mm_sub_epi16(sums[0], low);
    sums[1] = add ? _mm_add_epi16(sums[1], high) : _mm_sub_epi16(sums[1], high);
}

// The mean over the rows up to `radius` away, as far as there are such; the sums of sixteen columns move along with y.
// Rows of planes have room up to a multiple of sixteen.
void smooth_columns(const Plane& plane, std::size_t radius, Plane& smoothed) {
    for (std::size_t x = 0; x < plane.width; x += kPatchSide) {
        __m128i sums[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
        std::size_t end = 0, first = 0;
        for (std::size_t y = 0; y < plane.height; ++y) {
            for (; end < plane.height && end <= y + radius; ++end) {
                move(sums, plane.row(end) + x, true);
            }
            for (; first + radius < y; ++first) {
                move(sums, plane.row(first) + x, false);
            }
            __m128 inverse = _mm_set1_ps(1.0f / static_cast<float>(end - first));
            __m128i means = _mm_packus_epi16(means_of(sums[0], inverse), means_of(sums[1], inverse));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(smoothed.row(y) + x), means);
        }
    }
}

__m128i distance(__m128i a, __m128i b) { return _mm_or_si128(_mm_subs_epu8(a, b), _mm_subs_epu8(b, a)); }

std::uint32_t sum_of_bytes(__m128i bytes) {
    __m128i sums = _mm_sad_epu8(bytes, _mm_setzero_si128());
    return _mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4);
}

// What of eight 16-bit strengths is marked.
void mark(__m128i strengths, __m128i below, Patch& patch) {
    __m128i marks = _mm_cmpgt_epi16(strengths, below);
    __m128i kept = _mm_and_si128(strengths, marks);
    patch.marked += static_cast<std::uint32_t>(__builtin_popcount(_mm_movemask_epi8(marks))) / 2;
    patch.strength += sum_of_bytes(_mm_and_si128(kept, _mm_set1_epi16(255)));
    patch.strength += 256 * sum_of_bytes(_mm_srli_epi16(kept, 8));
}

// As add_up, for sixteen pixels that have neighbours on both sides.
void add_up_sixteen(const std::uint8_t* const rows[3], const std::uint8_t* brightness, std::size_t x,
                    std::uint32_t least, Patch& patch) {
    const __m128i zero = _mm_setzero_si128();
    __m128i across = distance(load(rows[1] + x + 1), load(rows[1] + x - 1));
    __m128i down = distance(load(rows[2] + x), load(rows[0] + x));
    const __m128i below = _mm_set1_epi16(static_cast<short>(std::min<std::uint32_t>(least, 1000)) - 1);
    mark(_mm_add_epi16(_mm_unpacklo_epi8(across, zero), _mm_unpacklo_epi8(down, zero)), below, patch);
    mark(_mm_add_epi16(_mm_unpackhi_epi8(across, zero), _mm_unpackhi_epi8(down, zero)), below, patch);
    __m128i detail = distance(load(brightness + x), load(rows[1] + x));
    patch.detail += sum_of_bytes(detail);
    detail = _mm_max_epu8(detail, _mm_srli_si128(detail, 8));
    detail = _mm_max_epu8(detail, _mm_srli_si128(detail, 4));
    detail = _mm_max_epu8(detail, _mm_srli_si128(detail, 2));
    detail = _mm_max_epu8(detail, _mm_srli_si128(detail, 1));
    patch.greatest = std::max<std::uint32_t>(patch.greatest, _mm_cvtsi128_si32(detail) & 255);
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
    (scale.radius <= kFew ? smooth_rows_directly : smooth_rows)(planes.brightness, scale.radius, planes.rows);
    smooth_columns(planes.rows, scale.radius, planes.smoothed);
    const Plane& smoothed = planes.smoothed;
    for (std::size_t y = 0; y < smoothed.height; ++y) {
        const std::uint8_t* const rows[3] = {smoothed.row(y == 0 ? 0 : y - 1), smoothed.row(y),
                                             smoothed.row(std::min(y + 1, smoothed.height - 1))};
        Patch* patch = patches + y / kPatchSide * patches_along(smoothed.width);
        for (std::size_t x = 0; x < smoothed.width; x += kPatchSide) {
            std::size_t end = std::min(x + kPatchSide, smoothed.width);
            const std::uint8_t* brightness = planes.brightness.row(y);
            if (x > 0 && x + kPatchSide < smoothed.width) {
                add_up_sixteen(rows, brightness, x, scale.least, *patch++);
            } else {
                add_up(rows, brightness, x, end, smoothed.width, scale.least, *patch++);
            }
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
