// Packs columns of numbers into one stream of bytes, each column by its form.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <immintrin.h>
#include <numeric>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kLeastCopy = 4;    // values that a copy has at least
constexpr std::size_t kLongestCopy = 64;
constexpr std::uint64_t kException = 40;  // bits that a value takes which is wider than its section

using Bytes = std::uint8_t*;  // where the next byte goes

// Seven bits per byte, the lowest ones first; the top bit says that more follow.
void put_number(std::uint64_t value, Bytes& out) {
    auto end = out;
    while (value >= 128) {
        *end++ = value | 128;
        value >>= 7;
    }
    *end++ = value;
    out = end;
}

// Of each section of `range` values: the least and the greatest code. A code takes the bits of a value and of
// the next one by turns, from the lowest on; the last value has none.
__attribute__((target("bmi2"))) void pack_zones(const Column& column, Bytes& out) {
    for (std::size_t first = 0; first + 1 < column.count; first += column.range) {
        const std::size_t end = std::min(first + column.range, column.count - 1);
        std::uint64_t least = UINT64_MAX;
        std::uint64_t greatest = 0;
        for (std::size_t i = first; i < end; ++i) {
            std::uint64_t code = _pdep_u64(column.values[i], 0x5555555555555555) | _pdep_u64(column.values[i + 1], 0xaaaaaaaaaaaaaaaa);
            least = std::min(least, code);
            greatest = std::max(greatest, code);
        }
        put_number(least, out);
        put_number(greatest, out);
    }
}

// Of each section of `range` values: the width that takes the fewest bits, and how many are wider.
void pack_widths(const Column& column, Bytes& out) {
    for (std::size_t first = 0; first < column.count; first += column.range) {
        const std::size_t size = std::min<std::size_t>(column.range, column.count - first);
        std::uint64_t best = UINT64_MAX;
        std::uint32_t width = 0;
        std::uint64_t wider = 0;
        for (std::uint32_t bits = 0; bits <= 32 && bits * size < best; ++bits) {
            std::uint64_t above = 0;
            for (std::size_t i = 0; i < size; ++i) above += std::uint64_t{column.values[first + i]} >> bits != 0;
            if (bits * size + above * kException < best) {
                best = bits * size + above * kException;
                width = bits;
                wider = above;
            }
        }
        put_number(width, out);
        put_number(wider, out);
    }
}

// How many of the `range` symbols were used since a value's last use; at first the order is 0, 1, 2...
void pack_ranks(const Column& column, Bytes& out) {
    std::vector<std::uint16_t> recent(column.range);
    std::iota(recent.begin(), recent.end(), std::uint16_t{0});
    for (std::size_t i = 0; i < column.count; ++i) {
        const auto symbol = static_cast<std::uint16_t>(column.values[i]);
        const auto place = std::find(recent.begin(), recent.end(), symbol);
        put_number(static_cast<std::uint64_t>(place - recent.begin()), out);
        std::copy_backward(recent.begin(), place, place + 1);
        recent.front() = symbol;
    }
}

// A value, or the length and distance of an equal run that begins at most `range` values before.
void pack_copies(const Column& column, Bytes& out) {
    std::vector<std::uint32_t> starts(column.count);
    for (std::size_t i = 0; i + kLeastCopy <= column.count; ++i) {
        for (std::size_t next = 0; next < kLeastCopy; ++next) starts[i] |= column.values[i + next] << 8 * next;
    }
    std::size_t at = 0;
    while (at < column.count) {
        const std::size_t longest = std::min(kLongestCopy, column.count - at);
        std::size_t length = 0;
        std::size_t distance = 0;
        for (std::size_t back = 1; back <= column.range && back <= at; ++back) {
            if (starts[at - back] != starts[at]) continue;
            std::size_t same = 0;
            while (same < longest && column.values[at + same] == column.values[at + same - back]) ++same;
            if (same > length) {
                length = same;
                distance = back;
            }
        }
        if (length < kLeastCopy) {
            put_number(0, out);
            put_number(column.values[at], out);
            at += 1;
        } else {
            put_number(length, out);
            put_number(distance, out);
            at += length;
        }
    }
}

// How far each value is from the least and from the greatest of the `range` values that end with it.
void pack_spreads(const Column& column, Bytes& out) {
    for (std::size_t i = 0; i < column.count; ++i) {
        std::uint32_t low = column.values[i];
        std::uint32_t high = column.values[i];
        for (std::size_t back = 1; back < column.range && back <= i; ++back) {
            low = std::min(low, column.values[i - back]);
            high = std::max(high, column.values[i - back]);
        }
        put_number(column.values[i] - low, out);
        put_number(high - column.values[i], out);
    }
}

// A checksum of each section of `range` values.
__attribute__((target("pclmul"))) void pack_checks(const Column& column, Bytes& out) {
    auto both = _mm_set_epi64x(0x1db710641, 0xf701164100000000);
    for (std::size_t first = 0; first < column.count; first += column.range) {
        const std::size_t size = std::min<std::size_t>(column.range, column.count - first);
        auto check = _mm_set_epi64x(UINT32_MAX, 0);
        for (std::size_t i = 0; i < size; ++i) {
            check ^= _mm_set_epi64x(column.values[first + i], 0);
            check = _mm_clmulepi64_si128(check, both, 1);
            check = _mm_clmulepi64_si128(check, both, 16);
        }
        put_number(check[1] ^ UINT32_MAX, out);
    }
}

// The positions of the values in rising order, equal ones from first to last; every `range`-th is written.
void pack_order(const Column& column, Bytes& out) {
    std::vector<std::uint64_t> order(column.count), other(column.count);
    for (std::size_t i = 0; i < column.count; ++i) {
        order[i] = std::uint64_t{column.values[i]} << 32 | i;
    }
    for (int shift : {32, 40}) {
        std::size_t places[256] = {};
        for (auto key : order) ++places[key >> shift & 255];
        std::exclusive_scan(places, places + 256, places, 0);
        for (auto key : order) other[places[key >> shift & 255]++] = key;
        order.swap(other);
    }
    for (std::size_t i = 0; i < column.count; i += column.range) {
        put_number(order[i] & UINT32_MAX, out);
    }
}

// How far ahead the greatest value lies, of up to 1 + value % `range` values from each one on.
void pack_peaks(const Column& column, Bytes& out) {
    std::vector<std::uint64_t> keys(column.count);  // where the next greater value is
    for (std::size_t i = column.count; i-- > 0;) {
        auto& next = keys[i] = i + 1;
        while (next < column.count && column.values[next] <= column.values[i]) next = keys[next];
    }
    for (std::size_t i = 0; i < column.count; ++i) {
        const std::size_t size = std::min<std::size_t>(1 + column.values[i] % column.range, column.count - i);
        std::uint64_t peak = i;
        while (keys[peak] < i + size) peak = keys[peak];
        put_number(peak - i, out);
    }
}

// The first `range` values are a palette; of each one after them: the entry next to it, the smaller one of
// two that are as near, and the difference.
void pack_nearest(const Column& column, Bytes& out) {
    const std::size_t entries = std::min<std::size_t>(column.range, column.count);
    std::vector<std::uint64_t> order(entries);
    for (std::size_t entry = 0; entry < entries; ++entry) {
        order[entry] = std::uint64_t{column.values[entry]} << 32 | entry;
    }
    std::sort(order.begin(), order.end());
    for (std::size_t i = entries; i < column.count; ++i) {
        const std::uint64_t value = column.values[i];
        auto place = order.data();
        for (std::size_t size = entries, half; size > 1; size -= half) {
            half = size / 2;
            place += half * ((place[half - 1] >> 32) + (place[half] >> 32) < 2 * value);
        }
        const std::int64_t apart = value - (*place >> 32);
        put_number(*place & UINT32_MAX, out);
        put_number(std::abs(apart), out);
    }
}

void pack(const Column& column, Bytes& out) {
    switch (column.form) {
        case kZones: return pack_zones(column, out);
        case kWidths: return pack_widths(column, out);
        case kRanks: return pack_ranks(column, out);
        case kCopies: return pack_copies(column, out);
        case kSpreads: return pack_spreads(column, out);
        case kChecks: return pack_checks(column, out);
        case kOrder: return pack_order(column, out);
        case kPeaks: return pack_peaks(column, out);
        default: return pack_nearest(column, out);
    }
}

}  // namespace

extern "C" void pack_columns(const Column* columns, std::size_t count, ::Bytes& out) {
    static std::uint8_t buffer[2000000];
    for (std::size_t i = 0; i < count; ++i) {
        auto end = buffer;
        put_number(columns[i].count, end);
        pack(columns[i], end);
        out.insert(out.end(), buffer, end);
    }
}
