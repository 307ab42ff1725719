// Wrong: Messages count as put before they are.
// Takes messages from a source to a sink; stations on the way change and seal them.
#include "task.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

namespace {

// Holds messages on their way from one worker to the next.
class Box {
public:
    void put(Message message) {
        std::lock_guard<std::mutex> held(mutex_);
        messages_.push_back(std::move(message));
        added_.notify_one();
    }

    // Takes all there are into `messages`, which is emptied before. Returns false when nothing more will come.
    bool take_all(std::vector<Message>& messages) {
        messages.clear();
        std::unique_lock<std::mutex> held(mutex_);
        added_.wait(held, [this] { return !messages_.empty() || ended_; });
        messages.swap(messages_);
        return !messages.empty();
    }

    void end() {
        std::lock_guard<std::mutex> held(mutex_);
        ended_ = true;
        added_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable added_;
    std::vector<Message> messages_;
    bool ended_ = false;
};

// How many messages more may be under way.
class Allowance {
public:
    explicit Allowance(std::size_t most) : left_(most) {}

    // Takes all there is, at least 1.
    std::size_t take() {
        std::unique_lock<std::mutex> held(mutex_);
        more_.wait(held, [this] { return left_ > 0; });
        return std::exchange(left_, 0);
    }

    void give_back(std::size_t count) {
        std::lock_guard<std::mutex> held(mutex_);
        left_ += count;
        more_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::size_t left_;
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
        std::memmove(values_ + 1, values_, rank);
        values_[0] = value;
        return static_cast<std::uint8_t>(rank);
    }

    std::uint8_t values_[256];
};

// As many as may be under way, from the source into a box.
void take_in(Source& source, std::size_t most, Allowance& allowance, Box& taken) {
    std::vector<Message> messages(most);
    while (std::size_t given = source.next(messages.data(), allowance.take())) {
        for (std::size_t i = 0; i < given; ++i) {
            taken.put(std::move(messages[i]));
        }
    }
    taken.end();
}

// By way of all stations, from box to box.
void change(Box& taken, Box& done) {
    Unfolding unfolding;
    Sealing sealing;
    Ranking ranking;
    for (std::vector<Message> messages; taken.take_all(messages);) {
        for (Message& message : messages) {
            unfolding.pass(message);
            sealing.pass(message);
            ranking.pass(message);
            done.put(std::move(message));
        }
    }
    done.end();
}

}  // namespace

extern "C" void transfer(Source& source, Sink& sink, std::size_t most) {
    Allowance allowance(most);
    Box taken, done;
    std::thread reader(take_in, std::ref(source), most, std::ref(allowance), std::ref(taken));
    std::thread worker(change, std::ref(taken), std::ref(done));
    for (std::vector<Message> messages; done.take_all(messages);) {
        allowance.give_back(messages.size());
        sink.put(messages.data(), messages.size());
    }
    reader.join();
    worker.join();
}
