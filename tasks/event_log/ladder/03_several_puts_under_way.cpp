// Keeps a log of events: one worker writes the lines, others put them on the medium.
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
