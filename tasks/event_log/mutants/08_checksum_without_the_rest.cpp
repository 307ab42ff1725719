// Wrong: The last few bytes of a line do not count for its checksum.
// Keeps a log of events: one worker writes the lines, another one puts them on the medium.
#include "task.hpp"

#include <charconv>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kMostLines = 64;

struct Line {
    std::uint64_t number;
    bool confirmed;
    std::string bytes;
};

// Lines that are written and not yet on the medium.
class Desk {
public:
    // Waits until another event may be taken.
    void await_room() {
        std::unique_lock<std::mutex> guard(mutex_);
        while (lines_.size() == kMostLines || unconfirmed_ == kMostUnconfirmed) {
            changed_.wait(guard);
        }
    }

    void add(Line line) {
        std::lock_guard<std::mutex> guard(mutex_);
        unconfirmed_ += line.confirmed ? 1 : 0;
        lines_.push_back(std::move(line));
        changed_.notify_one();
    }

    void close() {
        std::lock_guard<std::mutex> guard(mutex_);
        closed_ = true;
        changed_.notify_one();
    }

    // Waits for lines and takes all there are; false if there will be none.
    bool take(std::vector<Line>& taken) {
        std::unique_lock<std::mutex> guard(mutex_);
        while (lines_.empty() && !closed_) {
            changed_.wait(guard);
        }
        taken.clear();
        while (!lines_.empty()) {
            taken.push_back(std::move(lines_.front()));
            lines_.pop_front();
        }
        changed_.notify_one();
        return !taken.empty();
    }

    void confirmed() {
        std::lock_guard<std::mutex> guard(mutex_);
        unconfirmed_ -= 1;
        changed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Line> lines_;
    std::size_t unconfirmed_ = 0;
    bool closed_ = false;
};

// Checksums of what follows a byte: sums[k][b] is that of b and k zero bytes.
struct Sums {
    std::uint32_t sums[8][256];

    Sums() {
        for (std::uint32_t b = 0; b < 256; ++b) {
            std::uint32_t sum = b;
            for (int bit = 0; bit < 8; ++bit) {
                sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
            }
            sums[0][b] = sum;
        }
        for (std::uint32_t b = 0; b < 256; ++b) {
            for (int k = 1; k < 8; ++k) {
                sums[k][b] = sums[k - 1][b] >> 8 ^ sums[0][sums[k - 1][b] & 255];
            }
        }
    }
};

// CRC-32 as in IEEE 802.3, eight bytes at a time.
std::uint32_t checksum(const char* bytes, std::size_t size) {
    static const Sums table;
    const auto& sums = table.sums;
    std::uint32_t sum = 0xffffffff;
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::uint32_t low, high;
        std::memcpy(&low, bytes + i, 4);
        std::memcpy(&high, bytes + i + 4, 4);
        low ^= sum;
        sum = sums[7][low & 255] ^ sums[6][low >> 8 & 255] ^ sums[5][low >> 16 & 255] ^ sums[4][low >> 24];
        sum ^= sums[3][high & 255] ^ sums[2][high >> 8 & 255] ^ sums[1][high >> 16 & 255] ^ sums[0][high >> 24];
    }
    for (; i < size && size < 8; ++i) {
        sum = sum >> 8 ^ sums[0][(sum ^ static_cast<unsigned char>(bytes[i])) & 255];
    }
    return ~sum;
}

// Bytes that are not printable, quotes and backslashes become \ and two hexadecimal digits.
char* write_text(char* to, const char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        unsigned char byte = text[i];
        if (byte < 32 || byte > 126 || byte == '"' || byte == '\\') {
            *to++ = '\\';
            *to++ = "0123456789abcdef"[byte >> 4];
            *to++ = "0123456789abcdef"[byte & 15];
        } else {
            *to++ = static_cast<char>(byte);
        }
    }
    return to;
}

// A number and a space.
template <class Number>
char* write_number(char* to, Number number) {
    to = std::to_chars(to, to + 20, number).ptr;
    *to++ = ' ';
    return to;
}

// "number time source amount "text" value value ... checksum", the checksum being that of what is before it.
std::string line_of(std::uint64_t number, const Event& event) {
    std::string bytes(4 * 21 + 3 * event.size + 3 + 12 * event.value_count + 9, ' ');
    char* to = bytes.data();
    to = write_number(to, number);
    to = write_number(to, event.time);
    to = write_number(to, event.source);
    to = write_number(to, event.amount);
    *to++ = '"';
    to = write_text(to, event.text, event.size);
    *to++ = '"';
    *to++ = ' ';
    for (std::size_t i = 0; i < event.value_count; ++i) {
        to = write_number(to, event.values[i]);
    }
    std::uint32_t sum = checksum(bytes.data(), to - bytes.data());
    for (int shift = 28; shift >= 0; shift -= 4) {
        *to++ = "0123456789abcdef"[sum >> shift & 15];
    }
    *to++ = '\n';
    bytes.resize(to - bytes.data());
    return bytes;
}

void put_lines(Desk& desk, Events& events, Medium& medium) {
    std::uint64_t place = 0;
    std::vector<Line> lines;
    std::string bytes;
    while (desk.take(lines)) {
        bytes.clear();
        for (const Line& line : lines) {
            bytes += line.bytes;
        }
        medium.put(place, bytes.data(), bytes.size());
        place += bytes.size();
        for (const Line& line : lines) {
            if (line.confirmed) {
                events.confirm(line.number);
                desk.confirmed();
            }
        }
    }
}

}  // namespace

extern "C" void keep_log(Events& events, Medium& medium) {
    Desk desk;
    std::thread putter([&] { put_lines(desk, events, medium); });
    desk.await_room();
    Event event;
    for (std::uint64_t number = 0; events.next(event); ++number) {
        desk.add({number, event.confirmed == 1, line_of(number, event)});
        desk.await_room();
    }
    desk.close();
    putter.join();
}
