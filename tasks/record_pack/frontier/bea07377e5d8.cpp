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

// Remainders of the sixteen values of four bits.
constexpr std::array<std::uint32_t, 16> kRemainder = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

std::uint8_t buffer[2000000], *cursor;  // what the current column has written

// Seven bits per byte, the lowest ones first; the top bit says that more follow.
void put_number(std::uint64_t value, Bytes& out) {
    auto next = cursor;
    while (value >= 128) {
        *next++ = static_cast<std::uint8_t>(value | 128);
        value >>= 7;
    }
    *next++ = static_cast<std::uint8_t>(value);
    cursor = next;
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
    std::vector<std::uint32_t> starts(column.count), heads(1021, 65536), gaps(starts);
    for (std::size_t i = 0; i + kLeastCopy <= column.count; ++i) {
        for (std::size_t next = 0; next < kLeastCopy; ++next) starts[i] |= column.values[i + next] << 8 * next;
        gaps[i] = i - std::exchange(heads[starts[i] % 1021], i);
    }
    std::size_t at = 0;
    while (at < column.count) {
        const std::size_t longest = std::min(kLongestCopy, column.count - at);
        std::size_t length = 0;
        std::size_t distance = 0;
        for (std::size_t back = gaps[at]; back - 1 < column.range && back <= at && length < longest; back += gaps[at - back]) {
            if (column.values[at + length - back] != column.values[at + length]) continue;
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
    std::vector low(column.values, column.values + column.count), high = low;
    for (std::size_t rest = column.range, back; back = rest / 2; rest -= back) {
        for (std::size_t i = column.count; i-- > back;) {
            low[i] = std::min(low[i], low[i - back]);
            high[i] = std::max(high[i], high[i - back]);
        }
    }
    for (std::size_t i = 0; i < column.count; ++i) {
        put_number(column.values[i] - low[i], out);
        put_number(high[i] - column.values[i], out);
    }
}

// A checksum of each section of `range` values.
__attribute__((target("pclmul"))) void pack_checks(const Column& column, Bytes& out) {
    for (std::size_t first = 0; first < column.count; first += column.range) {
        const std::size_t size = std::min<std::size_t>(column.range, column.count - first);
        std::uint32_t check = 0;
        __m128i sum = {UINT32_MAX}, fold = {0x1751997d0, 0xccaa009e};
        for (std::size_t i = 0; i < size; ++i) {
            for (; i + 8 <= size; i += 4) {
                sum ^= _mm_loadu_si128((__m128i*)&column.values[first + i]);
                sum = _mm_clmulepi64_si128(sum, fold, 0) ^ _mm_clmulepi64_si128(sum, fold, 17);
            }
            check ^= column.values[first + i] ^ sum[0];
            sum = _mm_srli_si128(sum, 4);
            for (std::uint32_t step = 0; step < 8; ++step) check = check >> 4 ^ kRemainder[check & 15];
        }
        put_number(~check, out);
    }
}

// The positions of the values in rising order, equal ones from first to last; every `range`-th is written.
void pack_order(const Column& column, Bytes& out) {
    std::vector<std::uint64_t> order(column.count), other(order);
    for (std::size_t i = 0; i < column.count; ++i) {
        order[i] = std::uint64_t{column.values[i]} << 32 | i;
    }
    for (int shift : {32, 40}) {
        int place[256] = {};
        for (auto key : order) ++place[key >> shift & 255];
        std::exclusive_scan(place, place + 256, place, 0);
        for (auto key : order) other[place[key >> shift & 255]++] = key;
        order.swap(other);
    }
    for (std::size_t i = 0; i < column.count; i += column.range) {
        put_number(order[i] & UINT32_MAX, out);
    }
}

// How far ahead the greatest value lies, of up to 1 + value % `range` values from each one on.
void pack_peaks(const Column& column, Bytes& out) {
    std::vector<std::uint64_t> keys(column.count);  // the earlier one of two equal values is the greater key
    for (std::size_t i = 0; i < column.count; ++i) {
        keys[i] = std::uint64_t{column.values[i]} << 32 | (column.count - i);
    }
    for (std::size_t i = 0; i < column.count; ++i) {
        const std::size_t size = std::min<std::size_t>(1 + column.values[i] % column.range, column.count - i);
        std::uint64_t peak = 0;
        for (std::size_t next = i; next < i + size; ++next) peak = std::max(peak, keys[next]);
        put_number(column.count - i - (peak & UINT32_MAX), out);
    }
}

// The first `range` values are a palette; of each one after them: the entry next to it, the smaller one of
// two that are as near, and the difference.
void pack_nearest(const Column& column, Bytes& out) {
    const std::size_t entries = std::min<std::size_t>(column.range, column.count);
    for (std::size_t i = entries; i < column.count; ++i) {
        const std::int64_t value = column.values[i];
        std::int64_t least = INT64_MAX;
        std::size_t nearest = 0;
        for (std::size_t entry = 0; entry < entries; ++entry) {
            const std::int64_t apart = std::abs(value - column.values[entry]);
            if (apart < least || (apart == least && column.values[entry] < value)) {
                least = apart;
                nearest = entry;
            }
        }
        put_number(nearest, out);
        put_number(static_cast<std::uint64_t>(least), out);
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

extern "C" void pack_columns(const Column* columns, std::size_t count, Bytes& out) {
    for (std::size_t i = 0; i < count; ++i) {
        cursor = buffer;
        put_number(columns[i].count, out);
        pack(columns[i], out);
        out.insert(out.end(), buffer, cursor);
    }
}
