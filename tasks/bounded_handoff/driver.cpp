// Request: u32 messages, u32 most, u32 microseconds that a call of the source and u32 that one of the sink takes, 48 zero
// bytes; u32 length for each message; the messages' bytes one after the other.
// Reply: for each message u32 seal and u32 sum of its bytes; one byte more where a call broke the rules of task.hpp.
#include "aiopt.hpp"
#include "task.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

namespace {

constexpr std::size_t kHeader = 64;

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

// Messages under way, and whether there were ever too many.
class Count {
public:
    explicit Count(std::size_t most) : most_(most) {}

    void take(std::size_t given, std::size_t wanted) {
        if (wanted == 0 || (now_ += given) > most_) {
            broken_ = true;
        }
    }
    void put(std::size_t count) {
        if (now_.fetch_sub(count) < count) {
            broken_ = true;
        }
    }
    bool broken() const { return broken_ || now_ != 0; }

private:
    std::size_t most_;
    std::atomic<std::size_t> now_{0};
    std::atomic<bool> broken_{false};
};

// Both ends are elsewhere: a call takes its time, in which the caller waits.
void wait(std::uint32_t micros) {
    if (micros > 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(micros));
    }
}

class Given : public Source {
public:
    Given(const aiopt::Request& request, Count& count)
        : left_(word(request, 0)),
          micros_(word(request, 8)),
          lengths_(reinterpret_cast<const std::uint32_t*>(request.data + kHeader)),
          bytes_(request.data + kHeader + 4 * std::size_t{left_}),
          count_(count) {}

    std::size_t next(Message* messages, std::size_t wanted) override {
        const std::size_t given = std::min<std::size_t>(wanted, left_);
        count_.take(given, wanted);
        for (std::size_t i = 0; i < given; ++i) {
            messages[i].bytes.assign(bytes_, bytes_ + *lengths_);
            bytes_ += *lengths_;
            ++lengths_;
        }
        left_ -= given;
        wait(micros_);
        return given;
    }

private:
    std::size_t left_;
    std::uint32_t micros_;
    const std::uint32_t* lengths_;
    const unsigned char* bytes_;
    Count& count_;
};

class Replied : public Sink {
public:
    Replied(aiopt::Reply& reply, std::uint32_t micros, Count& count)
        : reply_(reply), micros_(micros), count_(count) {}

    void put(const Message* messages, std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t answer[] = {messages[i].seal, sum_of(messages[i].bytes)};
            reply_.put(answer, sizeof answer);
        }
        wait(micros_);
        count_.put(count);
    }

private:
    // Eight bytes at a time, the last ones filled up with zeros; begins with the length.
    static std::uint32_t sum_of(const std::vector<std::uint8_t>& bytes) {
        std::uint64_t sum = bytes.size();
        for (std::size_t i = 0; i < bytes.size(); i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + i, bytes.size() - i < 8 ? bytes.size() - i : 8);
            sum = (sum ^ word) * 0x9e3779b97f4a7c15;
            sum ^= sum >> 32;
        }
        return static_cast<std::uint32_t>(sum);
    }

    aiopt::Reply& reply_;
    std::uint32_t micros_;
    Count& count_;
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Count count(word(request, 4));
    Given source(request, count);
    Replied sink(reply, word(request, 12), count);
    transfer(source, sink, word(request, 4));
    if (count.broken()) {
        reply.put("", 1);
    }
}
