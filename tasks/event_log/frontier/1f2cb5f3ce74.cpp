// Keeps a log of events: equal workers take events, write their lines and put them on the medium, several puts at a time.
#include "task.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace {

constexpr std::size_t kMostPuts = 4;               // the medium works on that many at the same time
constexpr std::size_t kMostHelpers = 5;            // workers besides the caller
constexpr std::size_t kUsualShare = 16 << 10;      // smallest share when a backlog is divided, if nothing is known
constexpr std::size_t kMostPending = 1 << 20;      // no events are taken while that much is waiting
constexpr std::uint64_t kNoPut = UINT64_MAX;
constexpr char kHexDigits[] = "0123456789abcdef";

constexpr std::size_t kUsualRoom = 48 << 10;       // bytes that buffers have room for from the start

// The share that was found to fit the medium.
std::atomic<std::size_t> learned_share{kUsualShare};

// Tables for CRC-32, 16 bytes at a time.
struct SumTables {
    std::uint32_t of[16][256];
};

constexpr SumTables make_sum_tables() {
    SumTables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1) ^ ((sum & 1) ? 0xedb88320u : 0u);
        }
        tables.of[0][byte] = sum;
    }
    for (int table = 1; table < 16; ++table) {
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables.of[table - 1][byte];
            tables.of[table][byte] = (before >> 8) ^ tables.of[0][before & 255];
        }
    }
    return tables;
}

constexpr SumTables kSums = make_sum_tables();

inline std::uint32_t load_four(const unsigned char* bytes) {
    return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
           static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

// CRC-32 as in IEEE 802.3.
std::uint32_t checksum(const char* first, std::size_t size) {
    const unsigned char* bytes = reinterpret_cast<const unsigned char*>(first);
    std::uint32_t sum = 0xffffffff;
    const auto& of = kSums.of;
    for (; size >= 16; size -= 16, bytes += 16) {
        const std::uint32_t a = sum ^ load_four(bytes);
        const std::uint32_t b = load_four(bytes + 4);
        const std::uint32_t c = load_four(bytes + 8);
        const std::uint32_t d = load_four(bytes + 12);
        const std::uint32_t later = of[11][b & 255] ^ of[10][b >> 8 & 255] ^ of[9][b >> 16 & 255] ^ of[8][b >> 24] ^
                                    of[7][c & 255] ^ of[6][c >> 8 & 255] ^ of[5][c >> 16 & 255] ^ of[4][c >> 24] ^
                                    of[3][d & 255] ^ of[2][d >> 8 & 255] ^ of[1][d >> 16 & 255] ^ of[0][d >> 24];
        sum = later ^ ((of[15][a & 255] ^ of[14][a >> 8 & 255]) ^ (of[13][a >> 16 & 255] ^ of[12][a >> 24]));
    }
    for (; size > 0; --size, ++bytes) {
        sum = (sum >> 8) ^ kSums.of[0][(sum ^ *bytes) & 255];
    }
    return ~sum;
}

// What is written for each byte of a text: up to three characters, and how many of them.
struct Escapes {
    char of[256][4];
};

constexpr Escapes make_escapes() {
    Escapes escapes{};
    for (int byte = 0; byte < 256; ++byte) {
        if (byte < 32 || byte > 126 || byte == '"' || byte == '\\') {
            escapes.of[byte][0] = '\\';
            escapes.of[byte][1] = kHexDigits[byte >> 4];
            escapes.of[byte][2] = kHexDigits[byte & 15];
            escapes.of[byte][3] = 3;
        } else {
            escapes.of[byte][0] = static_cast<char>(byte);
            escapes.of[byte][3] = 1;
        }
    }
    return escapes;
}

constexpr Escapes kEscapes = make_escapes();

// Bytes that are not printable, quotes and backslashes become \ and two hexadecimal digits.
// May overwrite one byte behind what it writes.
char* add_text(char* out, const char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const char* escape = kEscapes.of[static_cast<unsigned char>(text[i])];
        std::memcpy(out, escape, 4);
        out += escape[3];
    }
    return out;
}

constexpr std::uint32_t kEightDigits = 100000000;

// The eight digits of a number below 10^8, one in each byte, the first one in the lowest byte.
inline std::uint64_t eight_digits(std::uint32_t number) {
    const std::uint64_t four = static_cast<std::uint64_t>(number / 10000) |
                               static_cast<std::uint64_t>(number % 10000) << 32;
    const std::uint64_t top = (four * 10486 >> 20) & 0x0000007f0000007full;  // four / 100
    const std::uint64_t two = ((four - 100 * top) << 16) + top;
    const std::uint64_t tens = (two * 103 >> 10) & 0x000f000f000f000full;  // two / 10
    return tens + ((two - 10 * tens) << 8);
}

// Numbers below 10^8; this one with leading zeros. For machines that store the low byte first.
inline char* add_eight(char* out, std::uint32_t number) {
    const std::uint64_t digits = eight_digits(number) | 0x3030303030303030ull;
    std::memcpy(out, &digits, 8);
    return out + 8;
}

// This one without them; overwrites some bytes behind what it writes.
inline char* add_short(char* out, std::uint32_t number) {
    std::uint64_t digits = eight_digits(number);
    const int zeros = __builtin_ctzll(digits | 1ull << 56) >> 3;
    digits = (digits >> (8 * zeros)) | 0x3030303030303030ull;
    std::memcpy(out, &digits, 8);
    return out + (8 - zeros);
}

inline char* add_digits(char* out, std::uint32_t number) {
    if (number >= kEightDigits) {
        return add_eight(add_short(out, number / kEightDigits), number % kEightDigits);
    }
    return add_short(out, number);
}

inline char* add_digits(char* out, std::uint64_t number) {
    const std::uint32_t rest = static_cast<std::uint32_t>(number % kEightDigits);
    const std::uint64_t high = number / kEightDigits;
    if (high >= kEightDigits) {
        out = add_short(out, static_cast<std::uint32_t>(high / kEightDigits));
        out = add_eight(out, static_cast<std::uint32_t>(high % kEightDigits));
        return add_eight(out, rest);
    }
    if (high > 0) {
        return add_eight(add_short(out, static_cast<std::uint32_t>(high)), rest);
    }
    return add_short(out, rest);
}

// A number and a space.
template <typename Unsigned>
inline char* add_number(char* out, Unsigned number, bool negative = false) {
    *out = '-';
    out = add_digits(out + (negative ? 1 : 0), static_cast<Unsigned>(negative ? 0 - number : number));
    *out++ = ' ';
    return out;
}

// Memory to write a line to, which is not filled beforehand.
struct Buffer {
    std::unique_ptr<char[]> bytes;
    std::size_t capacity = 0;

    void make_room(std::size_t most) {
        if (capacity < most) {
            capacity = most + most / 2;
            bytes.reset(new char[capacity]);
        }
    }
};

// "number time source amount "text" value value ... checksum", the checksum being that of what is before it.
// Written to the start of the buffer, which grows as needed; returns the size of the line.
std::size_t write_line(Buffer& buffer, std::uint64_t number, const Event& event) {
    buffer.make_room(160 + 3 * event.size + 12 * event.value_count);
    char* const begin = buffer.bytes.get();
    char* out = add_number<std::uint64_t>(begin, number);
    out = add_number<std::uint64_t>(out, event.time);
    out = add_number<std::uint32_t>(out, event.source);
    out = add_number<std::uint64_t>(out, static_cast<std::uint64_t>(event.amount), event.amount < 0);
    *out++ = '"';
    out = add_text(out, event.text, event.size);
    *out++ = '"';
    *out++ = ' ';
    for (std::size_t i = 0; i < event.value_count; ++i) {
        const std::int32_t value = event.values[i];
        out = add_number<std::uint32_t>(out, static_cast<std::uint32_t>(value), value < 0);
    }
    const std::uint32_t sum = checksum(begin, static_cast<std::size_t>(out - begin));
    for (int shift = 28; shift >= 0; shift -= 4) {
        *out++ = kHexDigits[sum >> shift & 15];
    }
    *out++ = '\n';
    return static_cast<std::size_t>(out - begin);
}

// The state that the workers share, and what they do.
class Keeper {
public:
    Keeper(Events& events, Medium& medium) : events_(events), medium_(medium) {
        std::fill(in_flight_, in_flight_ + kMostPuts, kNoPut);
        pending_.reserve(kUsualRoom);
    }

    void keep() {
        work();
        // Nothing is left to be taken or put now, so that no more helpers are started.
        for (std::size_t i = 0; i < helper_count_; ++i) {
            helpers_[i].join();
        }
    }

private:
    // An event that is to be confirmed, and where its line ends.
    struct Mark {
        std::uint64_t number;
        std::uint64_t end;
    };

    void work() {
        Buffer line;
        std::string chunk;
        std::unique_lock<std::mutex> guard(mutex_);
        for (;;) {
            if (can_put()) {
                put_chunk(guard, chunk);
            } else if (can_take()) {
                take_event(guard, line);
            } else if (ended_ && pending_.empty()) {
                return;
            } else {
                ++idle_;
                changed_.wait(guard);
                --idle_;
            }
        }
    }

    bool can_put() const {
        if (pending_.empty() || putting_ == kMostPuts) {
            return false;
        }
        if (ended_ || urgent_end_ > place_) {
            return true;
        }
        // If nothing is urgent, the more slots are taken the more bytes are worth the next one.
        const std::size_t enough[kMostPuts] = {share_ / 4, share_ / 2, share_, 4 * share_};
        return pending_.size() >= enough[putting_];
    }

    // Learns from the time of a put which share suits: about what takes as long as a put takes by itself.
    void learn(std::size_t size, double time) {
        const double x = static_cast<double>(size) / 1024;
        seen_ += 1;
        sum_x_ += x;
        sum_y_ += time;
        sum_xx_ += x * x;
        sum_xy_ += x * time;
        const double spread = seen_ * sum_xx_ - sum_x_ * sum_x_;
        if (seen_ < 12 || spread < seen_ * seen_) {
            return;
        }
        const double each = (seen_ * sum_xy_ - sum_x_ * sum_y_) / spread;
        const double base = (sum_y_ - each * sum_x_) / seen_;
        double even = 1024;
        if (each > 0) {
            even = std::min(1024.0, std::max(4.0, base / each));
        }
        share_ = static_cast<std::size_t>(1024 * std::sqrt(even * (kUsualShare >> 10)));  // 8 to 128 KB
        learned_share.store(share_);
    }

    bool can_take() const {
        return !taking_ && !ended_ && unconfirmed_ < kMostUnconfirmed && pending_.size() < kMostPending;
    }

    // Called before a worker leaves the lock for long: has another one do what is left to be done.
    void call_help() {
        if (ended_ && pending_.empty()) {
            if (idle_ > 0) {
                changed_.notify_all();
            }
        } else {
            std::size_t jobs = can_take() ? 1 : 0;
            if (can_put()) {
                jobs += std::min(kMostPuts - putting_, std::max<std::size_t>(1, pending_.size() / share_));
            }
            for (std::size_t i = 0; i < jobs && i < idle_; ++i) {
                changed_.notify_one();
            }
            if (jobs > idle_ && helper_count_ < kMostHelpers) {
                helpers_[helper_count_] = std::thread([this] { work(); });
                ++helper_count_;
            }
        }
    }

    void take_event(std::unique_lock<std::mutex>& guard, Buffer& line) {
        taking_ = true;
        guard.unlock();
        Event event;
        const bool more = events_.next(event);
        const std::size_t size = more ? write_line(line, number_, event) : 0;
        guard.lock();
        taking_ = false;
        if (!more) {
            ended_ = true;
            if (pending_.empty()) {
                changed_.notify_all();
            }
            return;
        }
        pending_.append(line.bytes.get(), size);
        if (event.confirmed == 1) {
            urgent_end_ = place_ + pending_.size();
            marks_.push_back({number_, urgent_end_});
            ++unconfirmed_;
        }
        ++number_;
    }

    void put_chunk(std::unique_lock<std::mutex>& guard, std::string& chunk) {
        const std::size_t free_slots = kMostPuts - putting_;
        std::size_t size = pending_.size();
        if (free_slots > 1 && size >= 2 * share_) {
            size = std::max(share_, (size + free_slots - 1) / free_slots);
        } else if (free_slots == 1 && size >= 4 * share_) {
            size = (size + 1) / 2;  // other slots will be free soon
        }
        chunk.clear();
        if (size == pending_.size()) {
            if (chunk.capacity() < kUsualRoom) {
                chunk.reserve(kUsualRoom);
            }
            chunk.swap(pending_);
        } else {
            chunk.assign(pending_, 0, size);
            pending_.erase(0, size);
        }
        const std::uint64_t place = place_;
        place_ += size;
        std::size_t slot = 0;
        while (in_flight_[slot] != kNoPut) {
            ++slot;
        }
        in_flight_[slot] = place;
        ++putting_;
        call_help();
        guard.unlock();
        const auto start = std::chrono::steady_clock::now();
        medium_.put(place, chunk.data(), size);
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        guard.lock();
        in_flight_[slot] = kNoPut;
        --putting_;
        learn(size, time.count());
        confirm_lines(guard);
    }

    // All bytes before this place are on the medium.
    std::uint64_t complete() const {
        return std::min(place_, *std::min_element(in_flight_, in_flight_ + kMostPuts));
    }

    // One worker at a time confirms; it also sees what others complete in the meantime.
    void confirm_lines(std::unique_lock<std::mutex>& guard) {
        if (confirming_) {
            return;
        }
        confirming_ = true;
        while (!marks_.empty() && marks_.front().end <= complete()) {
            const std::uint64_t number = marks_.front().number;
            marks_.pop_front();
            call_help();
            guard.unlock();
            events_.confirm(number);
            guard.lock();
            --unconfirmed_;
        }
        confirming_ = false;
    }

    Events& events_;
    Medium& medium_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string pending_;             // lines that are written and not yet being put
    std::uint64_t place_ = 0;         // where they belong
    std::uint64_t urgent_end_ = 0;    // where the last line ends that is to be confirmed
    std::uint64_t number_ = 0;        // of the next event; only used by the worker that takes events
    std::uint64_t in_flight_[kMostPuts];  // places of the puts that are being worked on
    std::size_t putting_ = 0;
    std::size_t share_ = learned_share.load();
    double seen_ = 0;  // puts, and sums over their sizes and times
    double sum_x_ = 0;
    double sum_y_ = 0;
    double sum_xx_ = 0;
    double sum_xy_ = 0;
    std::deque<Mark> marks_;
    std::size_t unconfirmed_ = 0;
    std::size_t idle_ = 0;
    bool taking_ = false;
    bool confirming_ = false;
    bool ended_ = false;
    std::thread helpers_[kMostHelpers];
    std::size_t helper_count_ = 0;
};

}  // namespace

extern "C" void keep_log(Events& events, Medium& medium) {
    Keeper keeper(events, medium);
    keeper.keep();
}
