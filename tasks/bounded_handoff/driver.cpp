// Request: u32 messages, u32 most, u32 microseconds that a call of the source and u32 that one of the sink takes, 48 zero
// bytes; u32 length for each message; the messages' bytes one after the other.
// Reply: for each message u32 seal and u32 sum of its bytes; one byte more where a call broke the rules of task.hpp.
//
// Source and sink work in another process (device.cpp), which gets the reply: only u32 most is seen here.
#include "aiopt.hpp"
#include "channels.hpp"
#include "task.hpp"

#include <cstring>

namespace {

class RemoteSource : public Source {
public:
    explicit RemoteSource(const aiopt::Request& request) : channel_(request, 0, 1) {}

    std::size_t next(Message* messages, std::size_t wanted) override {
        const auto asked = static_cast<std::uint32_t>(wanted);
        const std::vector<unsigned char> answer = channel_.call({aiopt::bytes_of(&asked)});
        const aiopt::Bytes found = {answer.data(), answer.size()};
        const auto given = aiopt::number_at<std::uint32_t>(found, 0);
        const unsigned char* bytes = answer.data() + 4 + 4 * std::size_t{given};
        for (std::size_t i = 0; i < given; ++i) {
            const auto length = aiopt::number_at<std::uint32_t>(found, 4 + 4 * i);
            messages[i].bytes.assign(bytes, bytes + length);
            bytes += length;
        }
        return given;
    }

private:
    aiopt::Channels channel_;
};

class RemoteSink : public Sink {
public:
    explicit RemoteSink(const aiopt::Request& request) : channel_(request, 1, 1) {}

    void put(const Message* messages, std::size_t count) override {
        std::vector<std::uint32_t> answers;
        for (std::size_t i = 0; i < count; ++i) {
            answers.insert(answers.end(), {messages[i].seal, sum_of(messages[i].bytes)});
        }
        channel_.call({aiopt::bytes_of(answers.data(), answers.size())});
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

    aiopt::Channels channel_;
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply&) {
    RemoteSource source(request);
    RemoteSink sink(request);
    transfer(source, sink, aiopt::number_at<std::uint32_t>(request, 0));
}
