// A driver's way to the device of its task, which works in another process (see device.hpp).
#pragma once

#include "aiopt.hpp"

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <mutex>
#include <sys/uio.h>
#include <unistd.h>
#include <vector>

namespace aiopt {

// Channels of one kind, by number: each is used by one thread at a time, others wait.
class Channels {
public:
    Channels(const Request& request, unsigned first, unsigned count) : request_(request.number) {
        for (unsigned channel = first; channel < first + count; ++channel) {
            free_.push_back(descriptor(channel));
        }
    }

    // Sends the parts as one call, waits for the answer and returns it.
    std::vector<unsigned char> call(std::initializer_list<Bytes> parts) {
        const int channel = take();
        send(channel, parts);
        std::uint32_t size = 0;
        receive(channel, &size, sizeof size);
        std::vector<unsigned char> answer(size);
        receive(channel, answer.data(), answer.size());
        give_back(channel);
        return answer;
    }

private:
    [[noreturn]] static void fail() {
        std::fputs("shim: the device ended the run\n", stderr);
        std::_Exit(119);
    }

    static int descriptor(unsigned channel) {
        const char* words = std::getenv("AIOPT_CHANNELS");  // "64 65 66 "
        for (char* end = nullptr; words && *words; words = end + 1) {
            const long found = std::strtol(words, &end, 10);
            if (channel-- == 0) return static_cast<int>(found);
        }
        fail();
    }

    int take() {
        std::unique_lock<std::mutex> held(mutex_);
        while (free_.empty()) {
            one_is_free_.wait(held);
        }
        const int channel = free_.back();
        free_.pop_back();
        return channel;
    }

    void give_back(int channel) {
        std::lock_guard<std::mutex> held(mutex_);
        free_.push_back(channel);
        one_is_free_.notify_one();
    }

    void send(int channel, std::initializer_list<Bytes> parts) const {
        std::uint32_t head[2] = {request_, 0};
        std::vector<iovec> left = {{head, sizeof head}};
        for (const Bytes& part : parts) {
            head[1] += static_cast<std::uint32_t>(part.size);
            left.push_back({const_cast<unsigned char*>(part.data), part.size});
        }
        for (std::size_t first = 0; first < left.size();) {
            ssize_t sent = writev(channel, &left[first], static_cast<int>(left.size() - first));
            if (sent < 0) fail();
            for (; first < left.size() && static_cast<std::size_t>(sent) >= left[first].iov_len; ++first) {
                sent -= static_cast<ssize_t>(left[first].iov_len);
            }
            if (first < left.size()) {
                left[first].iov_base = static_cast<char*>(left[first].iov_base) + sent;
                left[first].iov_len -= static_cast<std::size_t>(sent);
            }
        }
    }

    static void receive(int channel, void* data, std::size_t size) {
        auto* bytes = static_cast<char*>(data);
        while (size > 0) {
            const ssize_t got = read(channel, bytes, size);
            if (got <= 0) fail();
            bytes += got;
            size -= static_cast<std::size_t>(got);
        }
    }

    std::uint32_t request_;
    std::mutex mutex_;
    std::condition_variable one_is_free_;
    std::vector<int> free_;
};

// The bytes of a value, or of `count` of them.
template <class Value>
Bytes bytes_of(const Value* values, std::size_t count = 1) {
    return {reinterpret_cast<const unsigned char*>(values), count * sizeof *values};
}

}  // namespace aiopt
