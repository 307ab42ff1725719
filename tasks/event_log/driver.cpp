// Request: u32 events, u32 latency of the medium in microseconds, u32 nanoseconds a kilobyte, 52 zero bytes; per event
// u64 time, i64 amount, u32 source, u32 confirmed, u32 size, u32 values; then all values (i32), then all texts.
// Reply: u64 faults (see below), the log.
//
// The medium is modelled: a put ends when its latency and the time for its bytes are over, and the caller is off the CPU
// until then. Up to kChannels puts go on at the same time. Its bytes count as there only then.
#include "aiopt.hpp"
#include "task.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <ctime>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::size_t kRecord = 32;
constexpr unsigned kChannels = 4;
constexpr std::uint64_t kMostBytes = 12u << 20;

// What a program may do wrong without getting the log wrong: each kind has a bit.
constexpr std::uint64_t kPutTwice = 1;
constexpr std::uint64_t kTakenTooEarly = 2;
constexpr std::uint64_t kConfirmedTooEarly = 4;
constexpr std::uint64_t kConfirmedOutOfOrder = 8;
constexpr std::uint64_t kNotConfirmed = 16;
constexpr std::uint64_t kGap = 32;
constexpr std::uint64_t kTooLong = 64;
constexpr std::uint64_t kNotTaken = 128;

template <class Integer>
Integer load(const unsigned char* at) {
    Integer value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

class ModelledMedium : public Medium {
public:
    ModelledMedium(std::uint32_t latency_us, std::uint32_t ns_per_kilobyte)
        : latency_us_(latency_us), ns_per_kilobyte_(ns_per_kilobyte) {}

    void put(std::uint64_t place, const char* bytes, std::size_t size) override {
        enter();
        pass(std::uint64_t{1000} * latency_us_ + std::uint64_t{ns_per_kilobyte_} * size / 1024);
        std::lock_guard<std::mutex> guard(mutex_);
        write(place, bytes, size);
        under_way_ -= 1;
        room_.notify_one();
    }

    // Complete lines from the start of the log up to its first gap.
    std::uint64_t lines() {
        std::lock_guard<std::mutex> guard(mutex_);
        return lines_;
    }

    const std::vector<char>& log() const { return log_; }
    std::uint64_t faults() const { return faults_ | (beyond_.empty() ? 0 : kGap); }

private:
    void enter() {
        std::unique_lock<std::mutex> guard(mutex_);
        while (under_way_ == kChannels) {
            room_.wait(guard);
        }
        under_way_ += 1;
    }

    static void pass(std::uint64_t nanoseconds) {
        if (nanoseconds == 0) {
            return;
        }
        timespec rest = {};
        rest.tv_sec = static_cast<std::time_t>(nanoseconds / 1'000'000'000);
        rest.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000);
        clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, nullptr);
    }

    void write(std::uint64_t place, const char* bytes, std::size_t size) {
        if (size == 0) {
            return;
        }
        if (place > kMostBytes || size > kMostBytes || place + size > kMostBytes) {
            faults_ |= kTooLong;
            return;
        }
        if (place < whole_ || beyond_.count(place) != 0) {
            faults_ |= kPutTwice;
            return;
        }
        log_.resize(std::max<std::size_t>(log_.size(), place + size));
        std::memcpy(log_.data() + place, bytes, size);
        beyond_[place] = size;
        while (!beyond_.empty() && beyond_.begin()->first <= whole_) {
            const auto [first, count] = *beyond_.begin();
            beyond_.erase(beyond_.begin());
            faults_ |= first < whole_ ? kPutTwice : 0;
            lines_ += std::count(log_.begin() + first, log_.begin() + first + count, '\n');
            whole_ = std::max(whole_, first + count);
        }
    }

    std::uint32_t latency_us_;
    std::uint32_t ns_per_kilobyte_;
    std::mutex mutex_;
    std::condition_variable room_;
    unsigned under_way_ = 0;
    std::vector<char> log_;
    std::map<std::uint64_t, std::uint64_t> beyond_;  // what is there after the first gap, by place
    std::uint64_t whole_ = 0;                        // the log is there up to here
    std::uint64_t lines_ = 0;
    std::uint64_t faults_ = 0;
};

class GivenEvents : public Events {
public:
    GivenEvents(const unsigned char* records, std::size_t count, ModelledMedium& medium)
        : records_(records), count_(count), medium_(medium) {
        values_ = reinterpret_cast<const std::int32_t*>(records + count * kRecord);
        std::size_t value_count = 0;
        for (std::size_t i = 0; i < count; ++i) {
            value_count += load<std::uint32_t>(records + i * kRecord + 28);
        }
        text_ = reinterpret_cast<const char*>(values_ + value_count);
    }

    bool next(Event& event) override {
        std::lock_guard<std::mutex> guard(mutex_);
        faults_ |= pending_ >= kMostUnconfirmed ? kTakenTooEarly : 0;
        if (taken_ == count_) {
            return false;
        }
        const unsigned char* at = records_ + kRecord * taken_++;
        event = {load<std::uint64_t>(at), load<std::int64_t>(at + 8), load<std::uint32_t>(at + 16),
                 load<std::uint32_t>(at + 20), text_, load<std::uint32_t>(at + 24), values_,
                 load<std::uint32_t>(at + 28)};
        text_ += event.size;
        values_ += event.value_count;
        pending_ += event.confirmed;
        return true;
    }

    void confirm(std::uint64_t number) override {
        std::lock_guard<std::mutex> guard(mutex_);
        while (due_ < taken_ && load<std::uint32_t>(records_ + due_ * kRecord + 20) == 0) {
            due_ += 1;
        }
        faults_ |= number != due_ || due_ == taken_ ? kConfirmedOutOfOrder : 0;
        faults_ |= medium_.lines() <= number ? kConfirmedTooEarly : 0;
        due_ += 1;
        pending_ -= pending_ > 0 ? 1 : 0;
    }

    std::uint64_t faults() const {
        return faults_ | (pending_ > 0 ? kNotConfirmed : 0) | (taken_ < count_ ? kNotTaken : 0);
    }

private:
    const unsigned char* records_;
    std::size_t count_;
    ModelledMedium& medium_;
    const std::int32_t* values_;
    const char* text_;
    std::mutex mutex_;
    std::size_t taken_ = 0;
    std::size_t due_ = 0;      // the next event to be confirmed, or one before it
    std::size_t pending_ = 0;  // events taken that are to be confirmed and were not
    std::uint64_t faults_ = 0;
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    std::uint32_t header[3] = {};
    if (request.size >= kHeader) {
        std::memcpy(header, request.data, sizeof header);
    }
    ModelledMedium medium(header[1], header[2]);
    GivenEvents events(request.data + kHeader, header[0], medium);
    keep_log(events, medium);
    const std::uint64_t faults = medium.faults() | events.faults();
    reply.put(&faults, sizeof faults);
    reply.put(medium.log().data(), medium.log().size());
}
