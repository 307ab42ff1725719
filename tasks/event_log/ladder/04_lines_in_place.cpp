// Keeps a log of events: one worker writes the lines, others put them on the medium.
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
constexpr std::size_t kPutters = 3;

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
        added_.notify_one();
    }

    void close() {
        std::lock_guard<std::mutex> guard(mutex_);
        closed_ = true;
        added_.notify_all();
    }

    // Waits for lines and takes all there are, with a turn and a place in the log; false if there will be none.
    bool take(std::vector<Line>& taken, std::uint64_t& turn, std::uint64_t& place) {
        std::unique_lock<std::mutex> guard(mutex_);
        while (lines_.empty() && !closed_) {
            added_.wait(guard);
        }
        taken.clear();
        while (!lines_.empty()) {
            taken.push_back(std::move(lines_.front()));
            lines_.pop_front();
        }
        changed_.notify_all();
        turn = next_turn_++;
        place = next_place_;
        for (const Line& line : taken) {
            next_place_ += line.bytes.size();
        }
        return !taken.empty();
    }

    // Waits until those with earlier turns are through, then confirms the lines.
    void confirm(const std::vector<Line>& lines, std::uint64_t turn, Events& events) {
        std::unique_lock<std::mutex> guard(mutex_);
        while (turn_ != turn) {
            changed_.wait(guard);
        }
        for (const Line& line : lines) {
            if (line.confirmed) {
                events.confirm(line.number);
                unconfirmed_ -= 1;
            }
        }
        turn_ += 1;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::condition_variable added_;  // lines, or that there will be no more
    std::deque<Line> lines_;
    std::size_t unconfirmed_ = 0;
    bool closed_ = false;
    std::uint64_t next_turn_ = 0;  // of the next lines to be taken
    std::uint64_t turn_ = 0;       // of the lines to be confirmed next
    std::uint64_t next_place_ = 0;
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
    for (; i < size; ++i) {
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
    std::uint64_t turn = 0;
    std::uint64_t place = 0;
    std::vector<Line> lines;
    std::string bytes;
    while (desk.take(lines, turn, place)) {
        bytes.clear();
        for (const Line& line : lines) {
            bytes += line.bytes;
        }
        medium.put(place, bytes.data(), bytes.size());
        desk.confirm(lines, turn, events);
    }
}

}  // namespace

extern "C" void keep_log(Events& events, Medium& medium) {
    Desk desk;
    std::vector<std::thread> putters;
    for (std::size_t i = 0; i < kPutters; ++i) {
        putters.emplace_back([&] { put_lines(desk, events, medium); });
    }
    desk.await_room();
    Event event;
    for (std::uint64_t number = 0; events.next(event); ++number) {
        desk.add({number, event.confirmed == 1, line_of(number, event)});
        desk.await_room();
    }
    desk.close();
    for (std::thread& putter : putters) {
        putter.join();
    }
}
