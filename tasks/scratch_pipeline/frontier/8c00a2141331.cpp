// Surveys an image: smooths its brightness, finds edges and detail and adds them up by patch.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SURVEY_WIDE __attribute__((target("avx2")))
#endif

namespace {

std::size_t patches_along(std::size_t pixels) { return (pixels + kPatchSide - 1) / kPatchSide; }

typedef std::uint16_t Value;
typedef std::uint16_t Eight __attribute__((vector_size(16)));
typedef std::int16_t Signed __attribute__((vector_size(16)));

inline Eight load(const Value* from) {
    Eight eight;
    std::memcpy(&eight, from, sizeof eight);
    return eight;
}

inline void store(Value* to, Eight eight) { std::memcpy(to, &eight, sizeof eight); }

inline Eight all(std::size_t number) {
    const Value value = static_cast<Value>(number);
    return Eight{value, value, value, value, value, value, value, value};
}

inline Signed difference(Eight a, Eight b) {
    const Signed d = (Signed)(a - b);
    const Signed e = (Signed)(b - a);
    return d > e ? d : e;
}

inline std::size_t inverse_of(std::size_t count) { return count < 2 ? 65535 : 65536 / count; }

// sum / count, for sums up to 255 * count, with the inverse of the count.
inline Eight quotient(Eight sum, Eight inverse, Eight count) {
#ifdef __SSE2__
    const Eight low = (Eight)_mm_mulhi_epu16((__m128i)sum, (__m128i)inverse);
#else
    Eight low = sum;
    for (int i = 0; i < 8; ++i) {
        low[i] = static_cast<Value>(static_cast<std::uint32_t>(sum[i]) * inverse[i] >> 16);
    }
#endif
    const Eight rest = sum - low * count;
    return low - (Eight)((Signed)rest >= (Signed)count);
}

// Rows of values, each with some more before and after it. They keep their memory, and are any values at first.
struct Rows {
    std::unique_ptr<Value[]> values;
    std::size_t size = 0;
    std::size_t stride = 0;
    std::size_t margin = 0;

    void reset(std::size_t count, std::size_t width, std::size_t more) {
        margin = more;
        stride = width + 2 * margin;
        if (size < count * stride) {
            size = count * stride;
            values.reset(new Value[size]);
        }
    }

    Value* operator[](std::size_t i) { return values.get() + i * stride + margin; }
};

constexpr std::size_t kLines = kPatchSide + 2;  // smoothed rows that are kept

std::size_t padded(std::size_t width) { return (width + 15) / 16 * 16; }

#ifdef SURVEY_WIDE
const bool kWide = [] {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") != 0;
}();

SURVEY_WIDE inline __m256i get(const Value* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

SURVEY_WIDE inline void put(Value* to, __m256i values) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), values);
}

SURVEY_WIDE inline __m256i quotient_wide(__m256i sum, __m256i inverse, __m256i count) {
    const __m256i low = _mm256_mulhi_epu16(sum, inverse);
    const __m256i rest = _mm256_sub_epi16(sum, _mm256_mullo_epi16(low, count));
    return _mm256_add_epi16(_mm256_add_epi16(low, _mm256_set1_epi16(1)), _mm256_cmpgt_epi16(count, rest));
}

SURVEY_WIDE void mean_wide(const Value* prefix, std::size_t radius, const Value* inverses, const Value* counts,
                           Value* mean, Value* sums, std::size_t end) {
    for (std::size_t x = 0; x < end; x += 16) {
        const __m256i sum = _mm256_sub_epi16(get(prefix + x + radius + 1), get(prefix + x - radius));
        const __m256i values = quotient_wide(sum, get(inverses + x), get(counts + x));
        put(mean + x, values);
        put(sums + x, _mm256_add_epi16(get(sums + x), values));
    }
}

SURVEY_WIDE void smooth_wide(Value* sums, const Value* gone, std::size_t rows, Value* to, std::size_t end) {
    const __m256i count = _mm256_set1_epi16(static_cast<short>(rows));
    const __m256i inverse = _mm256_set1_epi16(static_cast<short>(inverse_of(rows)));
    for (std::size_t x = 0; x < end; x += 16) {
        const __m256i sum = _mm256_sub_epi16(get(sums + x), get(gone + x));
        put(sums + x, sum);
        put(to + x, quotient_wide(sum, inverse, count));
    }
}

SURVEY_WIDE void band_wide(const Value* const* lines, const Value* const* prefix, std::size_t rows, std::size_t width,
                           std::uint32_t least, Patch* patches) {
    Value masks[32];
    std::fill(masks, masks + 16, Value{65535});
    std::fill(masks + 16, masks + 32, Value{0});
    const __m256i zero = _mm256_setzero_si256();
    const __m256i ones = _mm256_set1_epi16(1);
    const __m256i limit = _mm256_set1_epi16(static_cast<short>(static_cast<int>(least) - 1));
    for (std::size_t x = 0; x < width; x += 16) {
        __m256i marked = zero;
        __m256i strengths = zero;
        __m256i details = zero;
        __m256i greatest = zero;
        __m256i above = get(lines[0] + x);
        __m256i here = get(lines[1] + x);
        for (std::size_t i = 0; i < rows; ++i) {
            const Value* line = lines[i + 1] + x;
            const __m256i below = get(lines[i + 2] + x);
            const __m256i strength = _mm256_add_epi16(_mm256_abs_epi16(_mm256_sub_epi16(get(line + 1), get(line - 1))),
                                                      _mm256_abs_epi16(_mm256_sub_epi16(below, above)));
            const __m256i mark = _mm256_cmpgt_epi16(strength, limit);
            const __m256i bright = _mm256_sub_epi16(get(prefix[i] + x + 1), get(prefix[i] + x));
            const __m256i detail = _mm256_abs_epi16(_mm256_sub_epi16(bright, here));
            marked = _mm256_sub_epi16(marked, mark);
            strengths = _mm256_add_epi16(strengths, _mm256_and_si256(strength, mark));
            details = _mm256_add_epi16(details, detail);
            greatest = _mm256_max_epi16(greatest, detail);
            above = here;
            here = below;
        }
        const __m256i valid = get(masks + 16 - std::min<std::size_t>(16, width - x));
        const __m256i a = _mm256_madd_epi16(_mm256_and_si256(marked, valid), ones);
        const __m256i b = _mm256_madd_epi16(_mm256_and_si256(strengths, valid), ones);
        const __m256i c = _mm256_madd_epi16(_mm256_and_si256(details, valid), ones);
        const __m256i sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, zero));
        const __m128i total = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
        greatest = _mm256_and_si256(greatest, valid);
        const __m128i most = _mm_max_epi16(_mm256_castsi256_si128(greatest), _mm256_extracti128_si256(greatest, 1));
        const __m128i least_of = _mm_minpos_epu16(_mm_sub_epi16(_mm_set1_epi16(-1), most));
        const int top = 65535 - _mm_extract_epi16(least_of, 0);
        // The members of a patch are in this order.
        _mm_storeu_si128(reinterpret_cast<__m128i*>(patches + x / kPatchSide), _mm_insert_epi32(total, top, 3));
    }
}

// Fills in sums[1..], sums[0] being 0; returns for how many pixels. There are `available` ones, counting later rows.
SURVEY_WIDE std::size_t brighten_wide(const Pixel* pixels, std::size_t width, std::size_t available, Value* sums) {
    const __m128i order = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
    const __m128i weights = _mm_set1_epi32(77 | 150 << 8 | 29 << 16);
    const __m128i flip = _mm_set1_epi8(-128);
    const __m128i ones = _mm_set1_epi16(1);
    const __m128i half = _mm_set1_epi32(32768);
    const __m128i last = _mm_set1_epi16(0x0f0e);
    __m128i before = _mm_setzero_si128();
    std::size_t x = 0;
    for (; x + 8 <= width && x + 10 <= available; x += 8) {
        const char* bytes = reinterpret_cast<const char*>(pixels + x);
        __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
        __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 12));
        a = _mm_maddubs_epi16(weights, _mm_xor_si128(_mm_shuffle_epi8(a, order), flip));
        b = _mm_maddubs_epi16(weights, _mm_xor_si128(_mm_shuffle_epi8(b, order), flip));
        a = _mm_srli_epi32(_mm_add_epi32(_mm_madd_epi16(a, ones), half), 8);
        b = _mm_srli_epi32(_mm_add_epi32(_mm_madd_epi16(b, ones), half), 8);
        __m128i sum = _mm_packs_epi32(a, b);
        sum = _mm_add_epi16(sum, _mm_slli_si128(sum, 2));
        sum = _mm_add_epi16(sum, _mm_slli_si128(sum, 4));
        sum = _mm_add_epi16(sum, _mm_slli_si128(sum, 8));
        sum = _mm_add_epi16(sum, before);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(sums + x + 1), sum);
        before = _mm_shuffle_epi8(sum, last);
    }
    return x;
}
#endif

// The prefix sums of the brightness of a row, modulo 2^16, to be used with radii up to `reach`.
void brighten(const Pixel* pixels, std::size_t width, std::size_t available, std::size_t end, std::size_t reach,
              Value* row) {
    std::fill(row - reach, row + 1, Value{0});
    std::size_t x = 0;
#ifdef SURVEY_WIDE
    if (kWide) {
        x = brighten_wide(pixels, width, available, row);
    }
#endif
    Value total = row[x];
    for (; x < width; ++x) {
        const Pixel& pixel = pixels[x];
        total = static_cast<Value>(total + ((77u * pixel.red + 150u * pixel.green + 29u * pixel.blue) >> 8));
        row[x + 1] = total;
    }
    std::fill(row + width + 1, row + end + reach + 1, total);
}

// Fills in a row of patches. The lines are smoothed rows, from the one above the first on to the one below the last.
void add_band(const Value* const* lines, const Value* const* prefix, std::size_t rows, std::size_t width,
              std::uint32_t least, Patch* patches) {
    const Signed limit = (Signed)all(least);
    for (std::size_t x = 0; x < width; x += 8) {
        Eight marked = all(0);
        Eight strengths = marked;
        Eight details = marked;
        Signed greatest = (Signed)marked;
        Eight above = load(lines[0] + x);
        Eight here = load(lines[1] + x);
        for (std::size_t i = 0; i < rows; ++i) {
            const Value* line = lines[i + 1] + x;
            const Eight below = load(lines[i + 2] + x);
            const Signed strength = difference(load(line + 1), load(line - 1)) + difference(below, above);
            const Signed detail = difference(load(prefix[i] + x + 1) - load(prefix[i] + x), here);
            const Eight mark = (Eight)(strength >= limit);
            marked = marked - mark;
            strengths = strengths + ((Eight)strength & mark);
            details = details + (Eight)detail;
            greatest = detail > greatest ? detail : greatest;
            above = here;
            here = below;
        }
        Patch& patch = patches[x / kPatchSide];
        for (std::size_t k = 0; k < 8 && x + k < width; ++k) {
            patch.marked += marked[k];
            patch.strength += strengths[k];
            patch.detail += details[k];
            patch.greatest = std::max(patch.greatest, static_cast<std::uint32_t>(greatest[k]));
        }
    }
}

// Pixels from i - radius to i + radius, as far as there are such.
std::size_t window(std::size_t i, std::size_t radius, std::size_t size) {
    return std::min(i + radius, size - 1) - (i < radius ? 0 : i - radius) + 1;
}

// The prefix sums of the rows that came last, in a ring.
struct Prefixes {
    Rows rows;
    std::size_t kept = 1;

    Value* operator[](std::size_t y) { return rows[y % kept]; }
};

// The survey at one scale, to which rows come one after the other.
struct Level {
    std::size_t width;
    std::size_t height;
    std::size_t end;
    std::size_t radius;
    std::size_t across;  // radius along the rows
    std::size_t kept;    // rows of means, in a ring
    std::uint32_t least;
    Patch* patches;
    std::size_t next;  // smoothed row
    Rows means;        // along the rows
    Rows others;       // the first ones are smoothed brightness, in a ring
    Value* zeros;
    Value* sums;  // of the means, down the columns
    Value* counts;
    Value* inverses;

    void begin(const Image& image, const Scale& scale, Patch* to) {
        width = image.width;
        height = image.height;
        end = padded(width);
        radius = scale.radius;
        across = std::min(radius, width);
        kept = std::min(2 * radius + 2, height);
        least = std::min<std::uint32_t>(scale.least, 511);
        patches = to;
        next = 0;
        means.reset(kept, end, 8);
        others.reset(kLines + 4, end, 8);
        zeros = others[kLines];
        sums = others[kLines + 1];
        counts = others[kLines + 2];
        inverses = others[kLines + 3];
        std::fill(zeros - 8, inverses + end + 8, Value{0});
        for (std::size_t x = 0; x < width; ++x) {
            counts[x] = static_cast<Value>(window(x, radius, width));
            inverses[x] = static_cast<Value>(inverse_of(counts[x]));
        }
    }

    // Adds the means of a row to the sums.
    void enter(std::size_t y, const Value* prefix) {
        Value* mean = means[y % kept];
#ifdef SURVEY_WIDE
        if (kWide) {
            mean_wide(prefix, across, inverses, counts, mean, sums, end);
            return;
        }
#endif
        for (std::size_t x = 0; x < end; x += 8) {
            const Eight sum = load(prefix + x + across + 1) - load(prefix + x - across);
            const Eight eight = quotient(sum, load(inverses + x), load(counts + x));
            store(mean + x, eight);
            store(sums + x, load(sums + x) + eight);
        }
    }

    void smooth(std::size_t y) {
        const Value* gone = y > radius ? means[(y - radius - 1) % kept] : zeros;
        const std::size_t rows = window(y, radius, height);
        Value* to = others[y % kLines];
        bool done = false;
#ifdef SURVEY_WIDE
        if (kWide) {
            smooth_wide(sums, gone, rows, to, end);
            done = true;
        }
#endif
        if (!done) {
            const Eight count = all(rows);
            const Eight inverse = all(inverse_of(rows));
            for (std::size_t x = 0; x < end; x += 8) {
                const Eight sum = load(sums + x) - load(gone + x);
                store(sums + x, sum);
                store(to + x, quotient(sum, inverse, count));
            }
        }
        to[-1] = to[0];
        to[width] = to[width - 1];
    }

    // The band of patches that ends before row y. The row below is there if there is one.
    void add(std::size_t y, Prefixes& prefixes) {
        const std::size_t first = (y - 1) / kPatchSide * kPatchSide;
        const Value* lines[kPatchSide + 2];
        const Value* prefix[kPatchSide];
        lines[0] = others[(first == 0 ? 0 : first - 1) % kLines];
        for (std::size_t i = first; i < y; ++i) {
            lines[i - first + 1] = others[i % kLines];
            prefix[i - first] = prefixes[i];
        }
        lines[y - first + 1] = others[std::min(y, height - 1) % kLines];
        Patch* const row = patches + first / kPatchSide * patches_along(width);
#ifdef SURVEY_WIDE
        if (kWide) {
            band_wide(lines, prefix, y - first, width, least, row);
            return;
        }
#endif
        add_band(lines, prefix, y - first, width, least, row);
    }

    // Makes what can be made when that many rows have entered.
    void advance(std::size_t entered, Prefixes& prefixes) {
        const std::size_t limit = entered == height ? height + 1 : entered > radius ? entered - radius : 0;
        for (; next < limit; ++next) {
            if (next < height) {
                smooth(next);
            }
            if (next > 0 && (next % kPatchSide == 0 || next == height)) {
                add(next, prefixes);
            }
        }
    }
};

#ifdef SURVEY_WIDE

// The way for processors with AVX2: bytes where they suffice, and one step for a row that enters and one that leaves.

typedef std::uint8_t Byte;

constexpr std::size_t kMostCount = 201;  // rows or columns that are averaged

// How sums of up to 255 * count are divided by a count of up to 201: (sum + more) * factor / 2^(16 + shift).
struct Division {
    std::size_t factor = 65535;
    std::size_t more = 1;
    int shift = 0;

    constexpr explicit Division(std::size_t count = 1) {
        if (count > 1) {
            while ((std::size_t{2} << shift) < count) {
                ++shift;
            }
            const std::size_t power = std::size_t{65536} << shift;
            const std::size_t rest = power % count;
            const bool up = rest > count - rest;  // to the nearer side
            factor = power / count + (up ? 1 : 0);
            more = rest != 0 && !up ? 1 : 0;
        }
    }
};

// By count.
struct Divisions {
    Division of[kMostCount + 1];
    Value inverses[kMostCount + 1] = {};

    constexpr Divisions() {
        for (std::size_t count = 0; count <= kMostCount; ++count) {
            of[count] = Division(count);
            inverses[count] = static_cast<Value>(count < 2 ? 65535 : 65536 / count);
        }
    }
};

constexpr Divisions kDivisions;

// As Rows.
struct ByteRows {
    std::unique_ptr<Byte[]> values;
    std::size_t size = 0;
    std::size_t stride = 0;
    std::size_t margin = 0;

    void reset(std::size_t count, std::size_t width, std::size_t more) {
        margin = more;
        stride = width + 2 * margin;
        if (size < count * stride) {
            size = count * stride;
            values.reset(new Byte[size]);
        }
    }

    Byte* operator[](std::size_t i) { return values.get() + i * stride + margin; }
};

SURVEY_WIDE inline __m256i get_bytes(const Byte* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

SURVEY_WIDE inline void put_bytes(Byte* to, __m256i values) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), values);
}

SURVEY_WIDE inline __m256i apart(__m256i a, __m256i b) {
    return _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
}

SURVEY_WIDE inline __m256i divided(__m256i sum, __m256i more, __m256i factor, __m128i shift) {
    return _mm256_srl_epi16(_mm256_mulhi_epu16(_mm256_add_epi16(sum, more), factor), shift);
}

// Brightness of eight pixels, in 32 bits each. Reads 28 bytes.
SURVEY_WIDE inline __m256i eight_of(const Pixel* pixels) {
    const char* from = reinterpret_cast<const char*>(pixels);
    const __m256i order = _mm256_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1,  //
                                           0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
    const __m256i both = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))),
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 12)), 1);
    const __m256i less = _mm256_xor_si256(_mm256_shuffle_epi8(both, order), _mm256_set1_epi8(-128));
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi32(77 | 150 << 8 | 29 << 16), less);
    const __m256i sums = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    return _mm256_srli_epi32(_mm256_add_epi32(sums, _mm256_set1_epi32(32768)), 8);
}

// The brightness of a row, 0 from its width to its end, and its prefix sums from prefix[1] on, which go on for `reach`
// after the end. There are `available` pixels, counting later rows.
SURVEY_WIDE void brighten_bytes(const Pixel* pixels, std::size_t width, std::size_t available, std::size_t end,
                                std::size_t reach, Byte* row, Value* prefix) {
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    std::size_t x = 0;
    for (; x < width && x + 34 <= available; x += 32) {
        const __m256i first = _mm256_packs_epi32(eight_of(pixels + x), eight_of(pixels + x + 8));
        const __m256i second = _mm256_packs_epi32(eight_of(pixels + x + 16), eight_of(pixels + x + 24));
        put_bytes(row + x, _mm256_permutevar8x32_epi32(_mm256_packus_epi16(first, second), order));
    }
    for (; x < width; ++x) {
        const Pixel& pixel = pixels[x];
        row[x] = static_cast<Byte>((77u * pixel.red + 150u * pixel.green + 29u * pixel.blue) >> 8);
    }
    std::fill(row + width, row + end, Byte{0});
    const __m256i last = _mm256_set1_epi16(0x0f0e);    // the last number of each half
    __m256i total = _mm256_setzero_si256();            // so far, sixteen times
    for (x = 0; x < end; x += 16) {
        __m256i sums = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + x)));
        sums = _mm256_add_epi16(sums, _mm256_slli_si256(sums, 2));
        sums = _mm256_add_epi16(sums, _mm256_slli_si256(sums, 4));
        sums = _mm256_add_epi16(sums, _mm256_slli_si256(sums, 8));
        // The sum of the lower half is added to the upper one.
        sums = _mm256_add_epi16(sums, _mm256_shuffle_epi8(_mm256_permute2x128_si256(sums, sums, 0x08), last));
        put(prefix + x + 1, _mm256_add_epi16(sums, total));
        total = _mm256_add_epi16(total, _mm256_shuffle_epi8(_mm256_permute4x64_epi64(sums, 0xff), last));
    }
    for (x = 0; x < reach + 16; x += 16) {
        put(prefix + end + 1 + x, total);
    }
}

SURVEY_WIDE inline void put_patch(Patch* patch, __m128i sums, __m128i rests) {
    const int top = 255 - _mm_extract_epi16(_mm_minpos_epu16(rests), 0);
    // The members of a patch are in this order.
    _mm_storeu_si128(reinterpret_cast<__m128i*>(patch), _mm_insert_epi32(sums, top, 3));
}

// A row of patches, two at a time: each half has what is of one of them. Whether `least` is above 255 is given.
template <bool kHigh>
SURVEY_WIDE void band_bytes(const Byte* const* lines, const Byte* const* bright, std::size_t rows, std::size_t width,
                            std::uint32_t least, Patch* patches) {
    Byte masks[64];
    std::fill(masks, masks + 32, Byte{255});
    std::fill(masks + 32, masks + 64, Byte{0});
    const __m256i zero = _mm256_setzero_si256();
    const __m256i ones = _mm256_set1_epi8(-1);
    const __m256i low_bytes = _mm256_set1_epi16(255);
    const __m256i possible = least > 510 ? zero : ones;
    const __m256i limit =
        _mm256_set1_epi8(static_cast<char>(static_cast<Byte>(kHigh ? std::min<std::uint32_t>(least, 510) - 255 : least)));
    for (std::size_t x = 0; x < width; x += 32) {
        const __m256i valid = get_bytes(masks + 32 - std::min<std::size_t>(32, width - x));
        const __m256i markable = _mm256_and_si256(valid, possible);
        __m256i marked = zero;  // up to 16 in each byte
        __m256i strengths = zero;
        __m256i details = zero;
        __m256i greatest = zero;
        __m256i above = get_bytes(lines[0] + x);
        __m256i here = get_bytes(lines[1] + x);
        for (std::size_t i = 0; i < rows; ++i) {
            const Byte* line = lines[i + 1] + x;
            const __m256i below = get_bytes(lines[i + 2] + x);
            const __m256i across = apart(get_bytes(line + 1), get_bytes(line - 1));
            const __m256i down = apart(below, above);
            // Saturated sum, or how much the sum is above 255.
            const __m256i sum =
                kHigh ? _mm256_subs_epu8(down, _mm256_xor_si256(across, ones)) : _mm256_adds_epu8(across, down);
            const __m256i mark = _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_max_epu8(sum, limit), sum), markable);
            const __m256i detail = _mm256_and_si256(apart(get_bytes(bright[i] + x), here), valid);
            marked = _mm256_sub_epi8(marked, mark);
            strengths = _mm256_add_epi64(strengths,
                                         _mm256_add_epi64(_mm256_sad_epu8(_mm256_and_si256(across, mark), zero),
                                                          _mm256_sad_epu8(_mm256_and_si256(down, mark), zero)));
            details = _mm256_add_epi64(details, _mm256_sad_epu8(detail, zero));
            greatest = _mm256_max_epu8(greatest, detail);
            above = here;
            here = below;
        }
        const __m256i sums = _mm256_hadd_epi32(_mm256_hadd_epi32(_mm256_sad_epu8(marked, zero), strengths),
                                               _mm256_hadd_epi32(details, zero));
        const __m256i pairs = _mm256_and_si256(_mm256_max_epu8(greatest, _mm256_srli_epi16(greatest, 8)), low_bytes);
        const __m256i rests = _mm256_sub_epi16(low_bytes, pairs);
        Patch* const patch = patches + x / kPatchSide;
        put_patch(patch, _mm256_castsi256_si128(sums), _mm256_castsi256_si128(rests));
        if (x + kPatchSide < width) {
            put_patch(patch + 1, _mm256_extracti128_si256(sums, 1), _mm256_extracti128_si256(rests, 1));
        }
    }
}

// The rows of brightness that came last.
struct Brightness {
    ByteRows rows;  // row y in y % kept
    std::size_t kept = 1;

    std::size_t after(std::size_t slot) const { return slot + 1 == kept ? 0 : slot + 1; }
};

// The survey with one radius, to which rows come one after the other.
struct ByteLevel {
    std::size_t width = 0;
    std::size_t height = 0;
    std::size_t end = 0;
    std::size_t radius = 0;
    std::size_t across = 0;  // radius along the rows
    std::size_t kept = 1;    // means, in a ring
    std::size_t next = 0;    // row to be smoothed
    std::size_t entering = 0;  // where the mean of the next row goes
    std::size_t leaving = 0;   // where that of the next row that leaves is
    std::size_t inner_begin = 0;  // columns with whole windows
    std::size_t inner_end = 0;
    std::size_t rows = 1;  // that are averaged
    Division along{1};     // for columns with whole windows
    Division down{1};
    std::vector<std::pair<std::uint32_t, Patch*>> scales;  // least strength, and where the patches go
    ByteRows means;                                        // along the rows
    ByteRows smoothed;                                     // a ring of kLines, and a row of zeros
    Rows others;
    Value* sums = nullptr;  // down the columns; within 32, in the order in which bytes are unpacked
    Value* counts = nullptr;
    Value* inverses = nullptr;

    void begin(const Image& image, std::size_t radius_) {
        width = image.width;
        height = image.height;
        end = (width + 31) / 32 * 32;
        radius = radius_;
        across = std::min(radius, width);
        kept = std::min(2 * radius + 2, height);
        next = 0;
        entering = 0;
        leaving = 0;
        inner_begin = (across + 31) / 32 * 32;
        inner_end = (width - across) / 32 * 32;
        rows = 1;
        along = kDivisions.of[2 * across + 1];
        down = kDivisions.of[1];
        scales.clear();
        means.reset(kept, end, 0);
        smoothed.reset(kLines + 1, end, 32);
        std::fill(smoothed[kLines], smoothed[kLines] + end, Byte{0});
        others.reset(3, end, 0);
        sums = others[0];
        counts = others[1];
        inverses = others[2];
        std::fill(sums, sums + 3 * end, Value{0});
        // Those with whole windows do not use them.
        const std::size_t first_end = inner_begin < inner_end ? inner_begin : width;
        const std::size_t second_begin = inner_begin < inner_end ? inner_end : width;
        for (std::size_t x = 0; x < width; ++x) {
            if (x == first_end) {
                x = second_begin;
                if (x >= width) {
                    break;
                }
            }
            const std::size_t count = window(x, radius, width);
            counts[x] = static_cast<Value>(count);
            inverses[x] = kDivisions.inverses[count];
        }
    }

    std::size_t after(std::size_t slot) const { return slot + 1 == kept ? 0 : slot + 1; }

    // A row enters the sums, or one leaves them and they are averaged, or both.
    template <bool kEnter, bool kSmooth>
    SURVEY_WIDE void step(const Value* prefix, Byte* mean, const Byte* gone, Byte* to) const {
        Value* const sum = sums;
        const Value* const count = counts;
        const Value* const inverse = inverses;
        const Value* const from = prefix - across;
        const Value* const until = prefix + across + 1;
        const std::size_t all_end = end;
        const std::size_t begin_inner = inner_begin;
        const std::size_t end_inner = inner_end;
        const __m256i zero = _mm256_setzero_si256();
        const __m256i weights = _mm256_set1_epi16(static_cast<short>(0xff01));  // 1 and -1
        const __m256i along_more = _mm256_set1_epi16(static_cast<short>(along.more));
        const __m256i along_factor = _mm256_set1_epi16(static_cast<short>(along.factor));
        const __m128i along_shift = _mm_cvtsi32_si128(along.shift);
        const __m256i down_more = _mm256_set1_epi16(static_cast<short>(down.more));
        const __m256i down_factor = _mm256_set1_epi16(static_cast<short>(down.factor));
        const __m128i down_shift = _mm_cvtsi32_si128(down.shift);
        for (std::size_t x = 0; x < all_end; x += 32) {
            __m256i more = zero;
            if (kEnter) {
                __m256i low = _mm256_sub_epi16(get(until + x), get(from + x));
                __m256i high = _mm256_sub_epi16(get(until + x + 16), get(from + x + 16));
                if (x >= begin_inner && x < end_inner) {
                    low = divided(low, along_more, along_factor, along_shift);
                    high = divided(high, along_more, along_factor, along_shift);
                } else {
                    low = quotient_wide(low, get(inverse + x), get(count + x));
                    high = quotient_wide(high, get(inverse + x + 16), get(count + x + 16));
                }
                more = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8);
                put_bytes(mean + x, more);
            }
            const __m256i less = kSmooth ? get_bytes(gone + x) : zero;
            const __m256i low =
                _mm256_add_epi16(get(sum + x), _mm256_maddubs_epi16(_mm256_unpacklo_epi8(more, less), weights));
            const __m256i high =
                _mm256_add_epi16(get(sum + x + 16), _mm256_maddubs_epi16(_mm256_unpackhi_epi8(more, less), weights));
            put(sum + x, low);
            put(sum + x + 16, high);
            if (kSmooth) {
                put_bytes(to + x, _mm256_packus_epi16(divided(low, down_more, down_factor, down_shift),
                                                      divided(high, down_more, down_factor, down_shift)));
            }
        }
    }

    void enter(std::size_t y, const Value* prefix, Brightness& brightness) {
        Byte* const mean = means[entering];
        entering = after(entering);
        if (y < radius) {
            step<true, false>(prefix, mean, nullptr, nullptr);
        } else {
            smooth<true>(prefix, mean, brightness);
        }
    }

    // After the last row. The prefix sums are not used.
    void finish(const Value* prefix, Brightness& brightness) {
        while (next < height) {
            smooth<false>(prefix, nullptr, brightness);
        }
    }

    template <bool kEnter>
    void smooth(const Value* prefix, Byte* mean, Brightness& brightness) {
        const std::size_t y = next++;
        const Byte* gone = smoothed[kLines];
        if (y > radius) {
            gone = means[leaving];
            leaving = after(leaving);
        }
        const std::size_t averaged = window(y, radius, height);
        if (averaged != rows) {
            rows = averaged;
            down = kDivisions.of[rows];
        }
        Byte* const to = smoothed[y % kLines];
        step<kEnter, true>(prefix, mean, gone, to);
        *(to - 1) = to[0];
        to[width] = to[width - 1];
        if (y > 0 && y % kPatchSide == 0) {
            add(y, brightness);
        }
        if (y + 1 == height) {
            add(height, brightness);
        }
    }

    // The band of patches that ends before row y. The row below is there if there is one.
    void add(std::size_t y, Brightness& brightness) {
        const std::size_t first = (y - 1) / kPatchSide * kPatchSide;
        const Byte* lines[kPatchSide + 2];
        const Byte* bright[kPatchSide];
        lines[0] = smoothed[(first == 0 ? 0 : first - 1) % kLines];
        std::size_t slot = first % brightness.kept;
        for (std::size_t i = first; i < y; ++i) {
            lines[i - first + 1] = smoothed[i % kLines];
            bright[i - first] = brightness.rows[slot];
            slot = brightness.after(slot);
        }
        lines[y - first + 1] = smoothed[std::min(y, height - 1) % kLines];
        for (const auto& scale : scales) {
            Patch* const to = scale.second + first / kPatchSide * patches_along(width);
            if (scale.first <= 255) {
                band_bytes<false>(lines, bright, y - first, width, scale.first, to);
            } else {
                band_bytes<true>(lines, bright, y - first, width, scale.first, to);
            }
        }
    }
};

thread_local Brightness kept_brightness;
thread_local Rows kept_prefix;
thread_local std::vector<ByteLevel> kept_byte_levels;

void survey_bytes(const Image& image, const Scale* scales, std::size_t scale_count, Patch* patches,
                  std::size_t patch_count) {
    std::vector<ByteLevel>& levels = kept_byte_levels;
    if (levels.size() < scale_count) {
        levels.resize(scale_count);
    }
    std::size_t used = 0;  // levels, one for each radius
    std::size_t greatest = 0;
    for (std::size_t i = 0; i < scale_count; ++i) {
        greatest = std::max<std::size_t>(greatest, scales[i].radius);
        std::size_t k = 0;
        while (k < used && levels[k].radius != scales[i].radius) {
            ++k;
        }
        if (k == used) {
            levels[used++].begin(image, scales[i].radius);
        }
        levels[k].scales.emplace_back(scales[i].least, patches + i * patch_count);
    }
    const std::size_t end = (image.width + 31) / 32 * 32;
    const std::size_t reach = std::min(greatest, image.width);
    Brightness& brightness = kept_brightness;
    brightness.kept = std::min(image.height, greatest + kPatchSide + 1);
    brightness.rows.reset(brightness.kept, end, 0);
    kept_prefix.reset(1, end, reach + 64);
    Value* const prefix = kept_prefix[0];
    std::fill(prefix - reach, prefix + 1, Value{0});
    const Pixel* pixels = image.pixels;
    std::size_t slot = 0;
    for (std::size_t y = 0; y < image.height; ++y, pixels += image.width) {
        Byte* const row = brightness.rows[slot];
        slot = brightness.after(slot);
        brighten_bytes(pixels, image.width, (image.height - y) * image.width, end, reach, row, prefix);
        for (std::size_t k = 0; k < used; ++k) {
            levels[k].enter(y, prefix, brightness);
        }
    }
    for (std::size_t k = 0; k < used; ++k) {
        levels[k].finish(prefix, brightness);
    }
}

#endif

// They keep their memory.
thread_local Prefixes kept_prefixes;
thread_local std::vector<Level> kept_levels;

}  // namespace

extern "C" void survey_image(const Image& image, const Scale* scales, std::size_t scale_count, Patch* patches) {
    if (image.width == 0 || image.height == 0 || scale_count == 0) {
        return;
    }
    std::size_t patch_count = patches_along(image.width) * patches_along(image.height);
#ifdef SURVEY_WIDE
    if (kWide) {
        survey_bytes(image, scales, scale_count, patches, patch_count);
        return;
    }
#endif
    std::vector<Level>& levels = kept_levels;
    if (levels.size() < scale_count) {
        levels.resize(scale_count);
    }
    std::size_t greatest = 0;
    for (std::size_t i = 0; i < scale_count; ++i) {
        greatest = std::max<std::size_t>(greatest, scales[i].radius);
        levels[i].begin(image, scales[i], patches + i * patch_count);
    }
    const std::size_t end = padded(image.width);
    const std::size_t reach = std::min(greatest, image.width);
    Prefixes& prefixes = kept_prefixes;
    prefixes.kept = std::min(image.height, greatest + kPatchSide + 1);
    prefixes.rows.reset(prefixes.kept, end, reach + 8);
    const Pixel* pixels = image.pixels;
    for (std::size_t y = 0; y < image.height; ++y, pixels += image.width) {
        Value* const prefix = prefixes[y];
        brighten(pixels, image.width, (image.height - y) * image.width, end, reach, prefix);
        for (std::size_t i = 0; i < scale_count; ++i) {
            levels[i].enter(y, prefix);
            levels[i].advance(y + 1, prefixes);
        }
    }
}
