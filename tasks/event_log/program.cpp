// Keeps a log of events: one worker writes the lines, another one puts them on the medium.
#include "task.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

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

    // Waits for a line; false if there will be none.
    bool take(Line& line) {
        std::unique_lock<std::mutex> guard(mutex_);
        while (lines_.empty() && !closed_) {
            changed_.wait(guard);
        }
        if (lines_.empty()) {
            return false;
        }
        line = std::move(lines_.front());
        lines_.pop_front();
        changed_.notify_one();
        return true;
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

// CRC-32 as in IEEE 802.3.
std::uint32_t checksum(const std::string& bytes) {
    std::uint32_t sum = 0xffffffff;
    for (unsigned char byte : bytes) {
        sum ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
        }
    }
    return ~sum;
}

// Bytes that are not printable, quotes and backslashes become \ and two hexadecimal digits.
void add_text(std::string& bytes, const char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        unsigned char byte = text[i];
        if (byte < 32 || byte > 126 || byte == '"' || byte == '\\') {
            char digits[4];
            std::snprintf(digits, sizeof digits, "\\%02x", byte);
            bytes += digits;
        } else {
            bytes += text[i];
        }
    }
}

// "number time source amount "text" value value ... checksum", the checksum being that of what is before it.
std::string line_of(std::uint64_t number, const Event& event) {
    std::string bytes = std::to_string(number) + " " + std::to_string(event.time) + " " + std::to_string(event.source);
    bytes += " " + std::to_string(event.amount) + " \"";
    add_text(bytes, event.text, event.size);
    bytes += "\" ";
    for (std::size_t i = 0; i < event.value_count; ++i) {
        char digits[16];
        std::snprintf(digits, sizeof digits, "%d ", event.values[i]);
        bytes += digits;
    }
    char sum[16];
    std::snprintf(sum, sizeof sum, "%08x\n", checksum(bytes));
    return bytes + sum;
}

void put_lines(Desk& desk, Events& events, Medium& medium) {
    std::uint64_t place = 0;
    Line line;
    while (desk.take(line)) {
        medium.put(place, line.bytes.data(), line.bytes.size());
        place += line.bytes.size();
        if (line.confirmed) {
            events.confirm(line.number);
            desk.confirmed();
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
