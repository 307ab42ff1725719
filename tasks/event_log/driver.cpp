// Request: u32 events, u32 latency of the medium in microseconds, u32 nanoseconds a kilobyte, 52 zero bytes; per event
// u64 time, i64 amount, u32 source, u32 confirmed, u32 size, u32 values; then all values (i32), then all texts.
// Reply: u64 faults (see device.cpp), the log; one byte more where events were taken that may not yet be.
//
// Events and medium work in another process (device.cpp): nothing of the request is seen here. A put keeps its caller off
// the CPU until its latency and the time for its bytes are over. Up to kPuts go on at the same time.
#include "aiopt.hpp"
#include "channels.hpp"
#include "task.hpp"

#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace {

using aiopt::number_at;

constexpr unsigned kPuts = 4;
constexpr std::size_t kRecord = 32;

class RemoteMedium : public Medium {
public:
    explicit RemoteMedium(const aiopt::Request& request) : channels_(request, 0, kPuts) {}

    void put(std::uint64_t place, const char* bytes, std::size_t size) override {
        channels_.call({aiopt::bytes_of(&place), aiopt::bytes_of(bytes, size)});
    }

private:
    aiopt::Channels channels_;
};

class RemoteEvents : public Events {
public:
    explicit RemoteEvents(const aiopt::Request& request) : channel_(request, kPuts, 1) {}

    bool next(Event& event) override {
        std::lock_guard<std::mutex> guard(mutex_);
        if (pending_ >= kMostUnconfirmed) {
            misused_ = true;
            return false;
        }
        if (waiting_.empty() && !ended_) {
            keep(channel_.call({}));
        }
        if (waiting_.empty()) {
            return false;
        }
        event = waiting_.front();
        waiting_.pop_front();
        pending_ += event.confirmed;
        return true;
    }

    void confirm(std::uint64_t number) override {
        std::lock_guard<std::mutex> guard(mutex_);
        keep(channel_.call({aiopt::bytes_of(&number)}));
        pending_ -= pending_ > 0 ? 1 : 0;
    }

    bool misused() const { return misused_; }

private:
    // Takes in the events of an answer, which stay where they are.
    void keep(std::vector<unsigned char> answer) {
        answers_.push_back(std::move(answer));
        const aiopt::Bytes all = {answers_.back().data(), answers_.back().size()};
        std::size_t at = 0;
        while (all.size - at >= kRecord) {
            const auto size = number_at<std::uint32_t>(all, at + 24), count = number_at<std::uint32_t>(all, at + 28);
            const auto* values = reinterpret_cast<const std::int32_t*>(all.data + at + kRecord);
            waiting_.push_back({number_at<std::uint64_t>(all, at), number_at<std::int64_t>(all, at + 8),
                                number_at<std::uint32_t>(all, at + 16), number_at<std::uint32_t>(all, at + 20),
                                reinterpret_cast<const char*>(values + count), size, values, count});
            at += kRecord + (4 * std::size_t{count} + size + 7) / 8 * 8;
        }
        ended_ = at < all.size;
    }

    aiopt::Channels channel_;
    std::mutex mutex_;
    std::deque<std::vector<unsigned char>> answers_;
    std::deque<Event> waiting_;  // may be taken
    std::size_t pending_ = 0;    // events taken that are to be confirmed and were not
    bool ended_ = false;         // no event comes after those that wait
    bool misused_ = false;
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    RemoteMedium medium(request);
    RemoteEvents events(request);
    keep_log(events, medium);
    if (events.misused()) {
        reply.put("", 1);
    }
}
