// Source and sink, which stand for two elsewhere. A call of the source: u32 messages wanted; its answer: u32 how many,
// u32 length of each, their bytes. A call of the sink: u32 seal and u32 sum of the bytes of each message; its answer is
// empty. Each takes the time that the request says; see driver.cpp for its layout.
//
// The program gets nothing of a request but how many messages may be under way. What the sink was given is the reply;
// with one byte more where a call broke the rules of task.hpp.
#include "device.hpp"
#include "task.hpp"

#include <algorithm>

const unsigned kChannels = 2;

namespace {

using aiopt::number_at;

constexpr unsigned kSource = 0;
constexpr std::size_t kHeader = 64;
constexpr std::size_t kAnswer = 8;

class Ends : public aiopt::Device {
public:
    explicit Ends(aiopt::Bytes request)
        : request_(request), messages_(number_at<std::uint32_t>(request, 0)), at_(kHeader + 4 * std::size_t{messages_}) {}

    std::uint64_t call(unsigned channel, aiopt::Bytes asked, aiopt::Buffer& answer) override {
        if (channel == kSource) {
            give(number_at<std::uint32_t>(asked, 0), answer);
            return 1000 * std::uint64_t{number_at<std::uint32_t>(request_, 8)};
        }
        putting_ = asked.size / kAnswer;
        broken_ |= putting_ > under_way_;
        aiopt::append(put_, asked.data, putting_ * kAnswer);
        return 1000 * std::uint64_t{number_at<std::uint32_t>(request_, 12)};
    }

    void done(unsigned channel) override {
        if (channel != kSource) {
            under_way_ -= std::min(putting_, under_way_);
        }
    }

    void conclude(aiopt::Buffer& reply) override {
        reply.insert(reply.end(), put_.begin(), put_.end());
        if (broken_ || under_way_ != 0) {
            reply.push_back(0);
        }
    }

private:
    void give(std::uint32_t wanted, aiopt::Buffer& answer) {
        const std::uint32_t given = std::min(wanted, messages_ - taken_);
        under_way_ += given;
        broken_ |= wanted == 0 || under_way_ > number_at<std::uint32_t>(request_, 4);
        aiopt::append(answer, &given, sizeof given);
        aiopt::append(answer, request_.data + kHeader + 4 * std::size_t{taken_}, 4 * std::size_t{given});
        for (const std::uint32_t end = taken_ + given; taken_ < end; ++taken_) {
            const auto length = number_at<std::uint32_t>(request_, kHeader + 4 * std::size_t{taken_});
            aiopt::append(answer, request_.data + at_, length);
            at_ += length;
        }
    }

    aiopt::Bytes request_;
    std::uint32_t messages_;
    std::size_t at_;  // where the next message is
    std::uint32_t taken_ = 0;
    std::size_t under_way_ = 0, putting_ = 0;
    aiopt::Buffer put_;
    bool broken_ = false;
};

}  // namespace

aiopt::Buffer shown(aiopt::Bytes request) { return {request.data + 4, request.data + 8}; }

std::unique_ptr<aiopt::Device> make_device(aiopt::Bytes request) { return std::make_unique<Ends>(request); }
