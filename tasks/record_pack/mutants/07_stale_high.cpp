// Wrong: The greatest value stays one value too long.
// Packs columns of numbers into one stream of bytes, each column by its form.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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

// Seven bits per byte, the lowest ones first; the top bit says that more follow.
void put_number(std::uint64_t value, Bytes& out) {
    while (value >= 128) {
        out.push_back(static_cast<std::uint8_t>(value | 128));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

// Of each section of `range` values: the least and the greatest code. A code takes the bits of a value and of
// the next one by turns, from the lowest on; the last value has none.
void pack_zones(const Column& column, Bytes& out) {
    const auto spread = [](std::uint64_t bits) {
        bits = (bits | bits << 16) & 0x0000ffff0000ffff;
        bits = (bits | bits << 8) & 0x00ff00ff00ff00ff;
        bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0f;
        bits = (bits | bits << 2) & 0x3333333333333333;
        return (bits | bits << 1) & 0x5555555555555555;
    };
    for (std::size_t first = 0; first + 1 < column.count; first += column.range) {
        const std::size_t end = std::min(first + column.range, column.count - 1);
        std::uint64_t least = UINT64_MAX;
        std::uint64_t greatest = 0;
        for (std::size_t i = first; i < end; ++i) {
            const std::uint64_t code = spread(column.values[i]) | spread(column.values[i + 1]) << 1;
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
        std::uint64_t above = size;
        std::array<std::uint64_t, 33> exact{};
        for (std::size_t at = first; at < first + size; ++at) {
            const std::uint64_t doubled = 2ULL * column.values[at] + 1;
            ++exact[static_cast<std::size_t>(63 - __builtin_clzll(doubled))];
        }
        for (std::uint32_t bits = 0; bits < exact.size(); ++bits) {
            above -= exact[bits];
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
    std::vector<std::uint32_t> last(column.range), sums(column.range + column.count + 1);
    const auto add = [&](std::size_t at, std::uint32_t by) {
        for (; at < sums.size(); at += at & -at) sums[at] += by;
    };
    for (std::uint32_t symbol = 0; symbol < column.range; ++symbol) {
        last[symbol] = column.range - symbol;
        add(last[symbol], 1);
    }
    for (std::size_t i = 0; i < column.count; ++i) {
        std::uint32_t& used = last[column.values[i]];
        std::uint32_t rank = column.range;
        for (std::size_t at = used; at > 0; at &= at - 1) rank -= sums[at];
        put_number(rank, out);
        add(used, UINT32_MAX);
        used = static_cast<std::uint32_t>(column.range + i + 1);
        add(used, 1);
    }
}

// A value, or the length and distance of an equal run that begins at most `range` values before.
void pack_copies(const Column& column, Bytes& out) {
    std::vector<std::uint32_t> starts(column.count);
    for (std::size_t i = 0; i + kLeastCopy <= column.count; ++i) {
        for (std::size_t next = 0; next < kLeastCopy; ++next) starts[i] |= column.values[i + next] << 8 * next;
    }
    const auto slot = [&](std::size_t of) { return starts[of] * 0x9e3779b1 >> 20; };
    std::vector<std::size_t> newest(4096), older(column.count);
    std::size_t entered = 0;
    std::size_t at = 0;
    while (at < column.count) {
        const std::size_t longest = std::min(kLongestCopy, column.count - at);
        std::size_t length = 0;
        std::size_t distance = 0;
        for (; entered < at; ++entered) older[entered] = std::exchange(newest[slot(entered)], entered + 1);
        for (std::size_t from = newest[slot(at)]; from > 0; from = older[from - 1]) {
            const std::size_t back = at + 1 - from;
            if (back > column.range) break;
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
    std::vector<std::size_t> lows(column.count), highs(column.count);
    std::size_t low = 0, low_end = 0, high = 0, high_end = 0;
    for (std::size_t i = 0; i < column.count; ++i) {
        const std::uint32_t value = column.values[i];
        while (low_end > low && column.values[lows[low_end - 1]] >= value) --low_end;
        while (high_end > high && column.values[highs[high_end - 1]] <= value) --high_end;
        lows[low_end++] = i;
        highs[high_end++] = i;
        low += lows[low] + column.range <= i;
        high += highs[high] + column.range < i;
        put_number(value - column.values[lows[low]], out);
        put_number(column.values[highs[high]] - value, out);
    }
}

// A checksum of each section of `range` values.
void pack_checks(const Column& column, Bytes& out) {
    for (std::size_t first = 0; first < column.count; first += column.range) {
        const std::size_t size = std::min<std::size_t>(column.range, column.count - first);
        std::uint32_t check = UINT32_MAX;
        for (std::size_t i = 0; i < size; ++i) {
            check ^= column.values[first + i];
            for (std::uint32_t step = 0; step < 8; ++step) check = check >> 4 ^ kRemainder[check & 15];
        }
        put_number(~check, out);
    }
}

// The positions of the values in rising order, equal ones from first to last; every `range`-th is written.
void pack_order(const Column& column, Bytes& out) {
    std::vector<std::uint64_t> order(column.count);
    for (std::size_t i = 0; i < column.count; ++i) {
        order[i] = std::uint64_t{column.values[i]} << 32 | i;
    }
    std::sort(order.begin(), order.end());
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
        put_number(columns[i].count, out);
        pack(columns[i], out);
    }
}
