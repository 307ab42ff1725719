// Events and the medium, which stand for those elsewhere. A call of the medium: u64 place, the bytes; its answer is
// empty. It ends when the latency and the time for its bytes are over, and its bytes are there only then; up to four go
// on at the same time. A call of the events: nothing, or u64 number of the event that is confirmed; its answer: all
// events that may now be taken and were not given out before, each as in the request with its values and its text, padded
// to 8 bytes; and u64 0 after the last event of all.
//
// The program gets nothing of a request but that. The device's part of the reply is all there is: u64 faults, the log.
// See driver.cpp for the layout of requests.
#include "device.hpp"
#include "task.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace {

using aiopt::number_at;

constexpr unsigned kPuts = 4;
constexpr std::size_t kHeader = 64;
constexpr std::size_t kRecord = 32;
constexpr std::uint64_t kMostBytes = 12u << 20;

// What a program may do wrong without getting the log wrong: each kind has a bit.
constexpr std::uint64_t kPutTwice = 1;
constexpr std::uint64_t kConfirmedTooEarly = 4;
constexpr std::uint64_t kConfirmedOutOfOrder = 8;
constexpr std::uint64_t kNotConfirmed = 16;
constexpr std::uint64_t kGap = 32;
constexpr std::uint64_t kTooLong = 64;

// The log, as far as it is there.
class Log {
public:
    void write(std::uint64_t place, const unsigned char* bytes, std::size_t size) {
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
        bytes_.resize(std::max<std::size_t>(bytes_.size(), place + size));
        std::memcpy(bytes_.data() + place, bytes, size);
        beyond_[place] = size;
        while (!beyond_.empty() && beyond_.begin()->first <= whole_) {
            const auto [first, count] = *beyond_.begin();
            beyond_.erase(beyond_.begin());
            faults_ |= first < whole_ ? kPutTwice : 0;
            lines_ += std::count(bytes_.begin() + first, bytes_.begin() + first + count, '\n');
            whole_ = std::max(whole_, first + count);
        }
    }

    // Complete lines from the start of the log up to its first gap.
    std::uint64_t lines() const { return lines_; }

    const aiopt::Buffer& bytes() const { return bytes_; }
    std::uint64_t faults() const { return faults_ | (beyond_.empty() ? 0 : kGap); }

private:
    aiopt::Buffer bytes_;
    std::map<std::uint64_t, std::uint64_t> beyond_;  // what is there after the first gap, by place
    std::uint64_t whole_ = 0;                        // the log is there up to here
    std::uint64_t lines_ = 0;
    std::uint64_t faults_ = 0;
};

class Ends : public aiopt::Device {
public:
    explicit Ends(aiopt::Bytes request)
        : request_(request),
          events_(number_at<std::uint32_t>(request, 0)),
          latency_us_(number_at<std::uint32_t>(request, 4)),
          ns_per_kilobyte_(number_at<std::uint32_t>(request, 8)),
          values_at_(kHeader + kRecord * std::size_t{events_}),
          texts_at_(values_at_) {
        for (std::uint32_t i = 0; i < events_; ++i) {
            texts_at_ += 4 * std::size_t{word(i, 28)};
        }
    }

    std::uint64_t call(unsigned channel, aiopt::Bytes asked, aiopt::Buffer& answer) override {
        if (channel == kPuts) {
            if (asked.size == sizeof(std::uint64_t)) {
                confirm(number_at<std::uint64_t>(asked, 0));
            }
            give(answer);
            return 0;
        }
        put_[channel].assign(asked.data, asked.data + asked.size);
        const std::size_t size = asked.size - std::min(asked.size, sizeof(std::uint64_t));
        return 1000 * std::uint64_t{latency_us_} + std::uint64_t{ns_per_kilobyte_} * size / 1024;
    }

    void done(unsigned channel) override {
        if (channel == kPuts || put_[channel].size() < sizeof(std::uint64_t)) {
            return;
        }
        const aiopt::Bytes put = {put_[channel].data(), put_[channel].size()};
        log_.write(number_at<std::uint64_t>(put, 0), put.data + sizeof(std::uint64_t), put.size - sizeof(std::uint64_t));
    }

    void conclude(aiopt::Buffer& reply) override {
        skip_unconfirmed();
        const std::uint64_t faults = log_.faults() | faults_ | (due_ < events_ ? kNotConfirmed : 0);
        aiopt::append(reply, &faults, sizeof faults);
        reply.insert(reply.end(), log_.bytes().begin(), log_.bytes().end());
    }

private:
    std::uint32_t word(std::size_t event, std::size_t place) const {
        return number_at<std::uint32_t>(request_, kHeader + event * kRecord + place);
    }

    void skip_unconfirmed() {
        while (due_ < given_ && word(due_, 20) == 0) {
            due_ += 1;
        }
    }

    void confirm(std::uint64_t number) {
        skip_unconfirmed();
        if (number != due_ || due_ == given_) {
            faults_ |= kConfirmedOutOfOrder;
            return;
        }
        faults_ |= log_.lines() <= number ? kConfirmedTooEarly : 0;
        due_ += 1;
        pending_ -= 1;
    }

    // Gives out what may be taken: no more while kMostUnconfirmed events are to be confirmed.
    void give(aiopt::Buffer& answer) {
        for (; given_ < events_ && pending_ < kMostUnconfirmed; ++given_) {
            const std::size_t values = 4 * std::size_t{word(given_, 28)}, text = word(given_, 24);
            aiopt::append(answer, request_.data + kHeader + given_ * kRecord, kRecord);
            aiopt::append(answer, request_.data + values_at_, values);
            aiopt::append(answer, request_.data + texts_at_, text);
            answer.resize(answer.size() + (8 - (values + text) % 8) % 8);
            values_at_ += values;
            texts_at_ += text;
            pending_ += word(given_, 20);
        }
        if (given_ == events_ && pending_ < kMostUnconfirmed) {
            answer.resize(answer.size() + sizeof(std::uint64_t));
        }
    }

    aiopt::Bytes request_;
    std::uint32_t events_, latency_us_, ns_per_kilobyte_;
    std::size_t values_at_, texts_at_;  // of the next event
    std::size_t given_ = 0;
    std::size_t due_ = 0;      // the next event to be confirmed, or one before it
    std::size_t pending_ = 0;  // events given out that are to be confirmed and were not
    aiopt::Buffer put_[kPuts];
    Log log_;
    std::uint64_t faults_ = 0;
};

}  // namespace

const unsigned kChannels = kPuts + 1;

aiopt::Buffer shown(aiopt::Bytes) { return {}; }

std::unique_ptr<aiopt::Device> make_device(aiopt::Bytes request) { return std::make_unique<Ends>(request); }
