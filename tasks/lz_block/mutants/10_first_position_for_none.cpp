// Wrong: The first position of a block is taken for none.
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

// Positions that begin with the same `Bytes` bytes (or fall into one bucket with them) are chained, latest first.
template <int Bytes>
class Chains {
public:
    static constexpr std::uint32_t kNone = 0;

    Chains() : latest_(kBuckets, kNone), previous_(kReach) {}

    void add(const std::uint8_t* data, std::size_t position) {
        std::uint32_t& latest = latest_[bucket_of(data + position)];
        previous_[position % kReach] = latest;
        latest = static_cast<std::uint32_t>(position);
    }

    std::uint32_t latest(const std::uint8_t* bytes) const { return latest_[bucket_of(bytes)]; }
    std::uint32_t before(std::uint32_t position) const { return previous_[position % kReach]; }

private:
    static constexpr std::size_t kBuckets = 1 << 14;

    static std::size_t bucket_of(const std::uint8_t* bytes) {
        std::uint64_t number = 0;
        std::memcpy(&number, bytes, Bytes);
        return number * 0x9e3779b97f4a7c15u >> 50;
    }

    std::vector<std::uint32_t> latest_;    // position entered last, by bucket
    std::vector<std::uint32_t> previous_;  // the one before in the same bucket, by position, for the last kReach
};

// Finds earlier occurrences; first among those that agree in eight bytes, which are few.
class Finder {
public:
    Finder(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    // Enters the sequence that starts at `position`.
    void add(std::size_t position) {
        if (position + kShortest <= size_) {
            short_.add(data_, position);
        }
        if (position + kEnough <= size_) {
            long_.add(data_, position);
        }
    }

    // The longest copy for what starts at `position`, from the nearest source; length 0 if there is none.
    Copy find(std::size_t position) const {
        std::size_t limit = std::min(kLongest, size_ - position);
        if (limit >= kEnough) {
            Copy best = search(long_, position, kEnough, limit);
            if (best.length > 0) {
                return best;
            }
        }
        return limit >= kShortest ? search(short_, position, kShortest, std::min(limit, kEnough - 1)) : Copy{};
    }

private:
    static constexpr std::size_t kEnough = 8;

    // The longest copy of `least` to `limit` bytes among the chained positions.
    template <int Bytes>
    Copy search(const Chains<Bytes>& chains, std::size_t position, std::size_t least, std::size_t limit) const {
        Copy best;
        std::uint32_t source = chains.latest(data_ + position);
        while (source != Chains<Bytes>::kNone && position - source <= kReach && best.length < limit) {
            if (data_[source + best.length] == data_[position + best.length]) {
                std::size_t length = common_length(source, position, limit);
                if (length >= least && length > best.length) {
                    best = {length, position - source};
                }
            }
            source = chains.before(source);
        }
        return best;
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
    Chains<4> short_;
    Chains<8> long_;
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
