// Takes messages from a source to a sink; stations on the way change and seal them.
#include "task.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
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
        const std::uint8_t* const end = message.bytes.data() + message.bytes.size() / 2 * 2;
        for (const std::uint8_t* pair = message.bytes.data(); pair != end; pair += 2) {
            const std::uint8_t value = pair[1];
            const std::uint8_t written = value ^ key_;
            for (int left = pair[0] + 1; left > 0; --left) {
                unfolded.push_back(written);
            }
            key_ = 5 * key_ + pair[0];
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
        std::uint32_t first = first_;
        std::uint32_t second = second_;
        for (const std::uint8_t byte : message.bytes) {
            first = (first + byte + 1) % kModulus;
            second = (second + first) % kModulus;
        }
        first_ = first;
        second_ = second;
        message.seal = second << 16 | first;
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
        const std::uint8_t* place = values_;
        while (*place != value) {
            ++place;
        }
        const int rank = static_cast<int>(place - values_);
        for (int i = rank; i > 0; --i) {
            values_[i] = values_[i - 1];
        }
        values_[0] = value;
        return rank;
    }

    std::uint8_t values_[256];
};

// From the source by way of all stations into the box.
void take_in(Source& source, Box& done) {
    Unfolding unfolding;
    Sealing sealing;
    Ranking ranking;
    for (Message message; source.next(&message, 1) == 1;) {
        unfolding.pass(message);
        sealing.pass(message);
        ranking.pass(message);
        done.put(std::move(message));
    }
    done.end();
}

}  // namespace

extern "C" void transfer(Source& source, Sink& sink, std::size_t most) {
    Box done(most - 2);  // each of the two workers has a message in hand
    std::thread worker(take_in, std::ref(source), std::ref(done));
    for (Message message; done.take(message);) {
        sink.put(&message, 1);
    }
    worker.join();
}
