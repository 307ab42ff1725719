// Wrong: Of equally long sources the farthest one is taken.
// Packs a block of bytes: sequences that occurred before become copies, all else stays plain.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
        : data_(data), size_(size), latest_(kBuckets, kNone), previous_(size, kNone) {}

    // Enters the sequence that starts at `position`.
    void add(std::size_t position) {
        if (position + kShortest > size_) {
            return;
        }
        std::size_t bucket = bucket_of(position);
        previous_[position] = latest_[bucket];
        latest_[bucket] = position;
    }

    // The longest copy for what starts at `position`, from the nearest source; length 0 if there is none.
    Copy find(std::size_t position) const {
        Copy best;
        if (position + kShortest > size_) {
            return best;
        }
        std::size_t limit = std::min(kLongest, size_ - position);
        std::size_t source = latest_[bucket_of(position)];
        while (source != kNone && position - source <= kReach && best.length < limit) {
            std::size_t length = common_length(source, position, limit);
            if (length >= kShortest && length >= best.length) {
                best = {length, position - source};
            }
            source = previous_[source];
        }
        return best;
    }

private:
    static constexpr std::size_t kBuckets = 1 << 14;
    static constexpr std::size_t kNone = SIZE_MAX;

    std::size_t bucket_of(std::size_t position) const {
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < kShortest; ++i) {
            number = number << 8 | data_[position + i];
        }
        return (number * 2654435761u) >> 18;
    }

    std::size_t common_length(std::size_t source, std::size_t position, std::size_t limit) const {
        std::size_t length = 0;
        while (length < limit && data_[source + length] == data_[position + length]) {
            ++length;
        }
        return length;
    }

    const std::uint8_t* data_;
    std::size_t size_;
    std::vector<std::size_t> latest_;    // position entered last, by bucket
    std::vector<std::size_t> previous_;  // the one before in the same bucket, by position
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
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    for (std::size_t i = 0; i < size; ++i) {
        low = (low + data[i]) % 65521;
        high = (high + low) % 65521;
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
