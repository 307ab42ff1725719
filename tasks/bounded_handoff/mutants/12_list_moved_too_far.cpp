// Wrong: The values move by one place less than they should.
// Takes messages from a source to a sink; stations on the way change and seal them.
#include "task.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <iterator>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

namespace {

// Holds up to `slots` messages on their way from one worker to the next.
class Box {
public:
    explicit Box(std::size_t slots) : slots_(slots) {}

    void put(Message message) {
        std::unique_lock<std::mutex> held(mutex_);
        taken_.wait(held, [this] { return messages_.size() < slots_; });
        messages_.push_back(std::move(message));
        added_.notify_one();
    }

    // Returns false when the box is empty and nothing more will come.
    bool take(Message& message) {
        std::unique_lock<std::mutex> held(mutex_);
        added_.wait(held, [this] { return !messages_.empty() || ended_; });
        if (messages_.empty()) {
            return false;
        }
        message = std::move(messages_.front());
        messages_.pop_front();
        taken_.notify_one();
        return true;
    }

    // Takes all there are into `messages`, which is emptied before. Returns false as take() does.
    bool take_all(std::vector<Message>& messages) {
        messages.clear();
        std::unique_lock<std::mutex> held(mutex_);
        added_.wait(held, [this] { return !messages_.empty() || ended_; });
        messages.assign(std::make_move_iterator(messages_.begin()), std::make_move_iterator(messages_.end()));
        messages_.clear();
        taken_.notify_one();
        return !messages.empty();
    }

    void end() {
        std::lock_guard<std::mutex> held(mutex_);
        ended_ = true;
        added_.notify_one();
    }

private:
    std::size_t slots_;
    std::mutex mutex_;
    std::condition_variable added_, taken_;
    std::deque<Message> messages_;
    bool ended_ = false;
};

// Writes the runs of a message out: each pair of bytes stands for a number of repetitions and a value.
class Unfolding {
public:
    void pass(Message& message) {
        std::vector<std::uint8_t> unfolded;
        for (std::size_t i = 0; i + 1 < message.bytes.size(); i += 2) {
            std::uint8_t value = message.bytes[i + 1];
            for (int repeat = 0; repeat <= message.bytes[i]; ++repeat) {
                unfolded.push_back(value ^ key_);
            }
            key_ = 5 * key_ + message.bytes[i];
        }
        message.bytes = std::move(unfolded);
    }

private:
    std::uint8_t key_ = 1;  // goes on from message to message
};

// Two running sums over all bytes so far.
class Sealing {
public:
    void pass(Message& message) {
        for (std::uint8_t byte : message.bytes) {
            first_ = (first_ + byte + 1) % kModulus;
            second_ = (second_ + first_) % kModulus;
        }
        message.seal = second_ << 16 | first_;
    }

private:
    static constexpr std::uint32_t kModulus = 65521;

    std::uint32_t first_ = 1;
    std::uint32_t second_ = 0;
};

// Puts in place of each byte its rank in a list, in which it then moves to the front.
class Ranking {
public:
    Ranking() { std::iota(values_, values_ + 256, 0); }

    void pass(Message& message) {
        for (std::uint8_t& byte : message.bytes) {
            byte = rank(byte);
        }
    }

private:
    std::uint8_t rank(std::uint8_t value) {
        if (values_[0] == value) {
            return 0;
        }
        auto* place = static_cast<std::uint8_t*>(std::memchr(values_, value, sizeof values_));
        std::size_t rank = place - values_;
        std::memmove(values_ + 1, values_, rank - (rank > 254));
        values_[0] = value;
        return static_cast<std::uint8_t>(rank);
    }

    std::uint8_t values_[256];
};

// From the source by way of all stations into the box.
void take_in(Source& source, std::size_t most, Box& done) {
    Unfolding unfolding;
    Sealing sealing;
    Ranking ranking;
    std::vector<Message> messages(most);
    while (std::size_t given = source.next(messages.data(), most)) {
        for (std::size_t i = 0; i < given; ++i) {
            unfolding.pass(messages[i]);
            sealing.pass(messages[i]);
            ranking.pass(messages[i]);
            done.put(std::move(messages[i]));
        }
    }
    done.end();
}

}  // namespace

extern "C" void transfer(Source& source, Sink& sink, std::size_t most) {
    std::size_t slots = most / 3;  // in the box and in the hands of each worker
    Box done(slots);
    std::thread worker(take_in, std::ref(source), slots, std::ref(done));
    for (std::vector<Message> messages; done.take_all(messages);) {
        sink.put(messages.data(), messages.size());
    }
    worker.join();
}
