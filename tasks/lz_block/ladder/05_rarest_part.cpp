// Packs a block of bytes: sequences that occurred before become copies, all else stays plain.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

struct Copy {
    std::size_t length = 0;
    std::size_t distance = 0;
};

// Finds earlier occurrences: positions whose first bytes fall into the same bucket are chained, latest first.
class Finder {
public:
    Finder(const std::uint8_t* data, std::size_t size)
        : data_(data), size_(size), latest_(kBuckets, kNone), previous_(kReach, kNone) {}

    // Enters the sequence that starts at `position`.
    void add(std::size_t position) {
        if (position + kShortest > size_) {
            return;
        }
        std::int32_t& latest = latest_[bucket_of(position)];
        previous_[position % kReach] = latest;
        latest = static_cast<std::int32_t>(position);
    }

    // The longest copy for what starts at `position`, from the nearest source; length 0 if there is none.
    // A longer one than the best so far agrees with each four bytes up to its end: it goes on in the chain of those
    // four whose latest occurrence is the oldest.
    Copy find(std::size_t position) const {
        Copy best;
        if (position + kShortest > size_) {
            return best;
        }
        std::size_t limit = std::min(kLongest, size_ - position);
        std::size_t offset = 0;  // of the four bytes whose chain is followed
        std::int64_t nearest = static_cast<std::int64_t>(position) - 1;  // sources beyond have been looked at
        std::int64_t link = newest(position);
        while (link >= 0) {
            std::int64_t source = link - static_cast<std::int64_t>(offset);
            if (source < 0 || position - source > kReach) {
                break;
            }
            if (source <= nearest && data_[source + best.length] == data_[position + best.length]) {
                std::size_t length = common_length(source, position, limit);
                if (length >= kShortest && length > best.length) {
                    best = {length, position - source};
                    if (length == limit) {
                        break;
                    }
                    nearest = source - 1;
                    offset = rarest(position, length + 1 - kShortest);
                    link = newest(position + offset);
                    continue;
                }
            }
            link = previous_[link % kReach];
        }
        return best;
    }

private:
    static constexpr std::size_t kBuckets = 1 << 14;
    static constexpr std::int64_t kNone = -1;
    static constexpr std::size_t kMostOffsets = 12;

    std::int64_t newest(std::size_t position) const { return latest_[bucket_of(position)]; }

    // The offset up to `last` of the four bytes that occurred last the longest time ago.
    std::size_t rarest(std::size_t position, std::size_t last) const {
        std::size_t best = last;
        for (std::size_t offset = last - std::min(last, kMostOffsets); offset < last; ++offset) {
            if (newest(position + offset) < newest(position + best)) {
                best = offset;
            }
        }
        return best;
    }

    std::size_t bucket_of(std::size_t position) const {
        std::uint32_t number;
        std::memcpy(&number, data_ + position, sizeof number);
        return (number * 2654435761u) >> 18;
    }

    std::uint64_t eight_at(std::size_t position) const {
        std::uint64_t number;
        std::memcpy(&number, data_ + position, sizeof number);
        return number;
    }

    std::size_t common_length(std::size_t source, std::size_t position, std::size_t limit) const {
        std::size_t length = 0;
        while (length + sizeof(std::uint64_t) <= limit) {
            std::uint64_t difference = eight_at(source + length) ^ eight_at(position + length);
            if (difference != 0) {
                return length + __builtin_ctzll(difference) / 8;
            }
            length += sizeof(std::uint64_t);
        }
        while (length < limit && data_[source + length] == data_[position + length]) {
            ++length;
        }
        return length;
    }

    const std::uint8_t* data_;
    std::size_t size_;
    std::vector<std::int32_t> latest_;    // position entered last, by bucket
    std::vector<std::int32_t> previous_;  // the one before in the same bucket, by position, for the last kReach
};

class Writer {
public:
    explicit Writer(std::uint8_t* packed) : packed_(packed) {}

    void write_plain(const std::uint8_t* bytes, std::size_t count) {
        while (count > 0) {
            std::size_t part = std::min(count, kMostPlain);
            write_byte(part - 1);
            for (std::size_t i = 0; i < part; ++i) {
                write_byte(bytes[i]);
            }
            bytes += part;
            count -= part;
        }
    }

    void write_copy(const Copy& copy) {
        std::size_t rest = copy.length - kShortest;
        write_byte(128 + std::min<std::size_t>(rest, 127));
        if (rest >= 127) {
            write_number(rest - 127, 2);
        }
        write_number(copy.distance - 1, 2);
    }

    // Writes the low bytes of a number, the lowest one first.
    void write_number(std::uint32_t number, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            write_byte(number >> (8 * i) & 255);
        }
    }

    std::size_t size() const { return size_; }

private:
    void write_byte(std::size_t byte) { packed_[size_++] = static_cast<std::uint8_t>(byte); }

    std::uint8_t* packed_;
    std::size_t size_ = 0;
};

std::uint32_t checksum_of(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kStretch = 5552;  // bytes after which 32 bits could overflow
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    for (std::size_t start = 0; start < size; start += kStretch) {
        std::size_t end = std::min(size, start + kStretch);
        for (std::size_t i = start; i < end; ++i) {
            low += data[i];
            high += low;
        }
        low %= 65521;
        high %= 65521;
    }
    return high << 16 | low;
}

}  // namespace

extern "C" std::size_t pack_block(const std::uint8_t* data, std::size_t size, std::uint8_t* packed) {
    Finder finder(data, size);
    Writer writer(packed);
    std::size_t position = 0;
    std::size_t plain_from = 0;
    while (position < size) {
        Copy copy = finder.find(position);
        std::size_t step = std::max<std::size_t>(copy.length, 1);
        if (copy.length > 0) {
            writer.write_plain(data + plain_from, position - plain_from);
            writer.write_copy(copy);
            plain_from = position + step;
        }
        for (std::size_t i = 0; i < step; ++i) {
            finder.add(position + i);
        }
        position += step;
    }
    writer.write_plain(data + plain_from, size - plain_from);
    writer.write_number(checksum_of(data, size), 4);
    return writer.size();
}
