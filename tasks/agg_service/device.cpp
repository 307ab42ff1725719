// The directory, which stands for one elsewhere. A call: u32 for each station, 1 to 8 of them. Its answer: for each u8
// length of the name, the name. It takes the microseconds that the request says; see driver.cpp for its layout.
//
// Names, their seed and the microseconds do not reach the program. The device's part of the reply is one byte where a
// call asked for none or too many.
#include "device.hpp"
#include "task.hpp"

#include <cstdio>

const unsigned kChannels = kMostWorkers;

namespace {

using aiopt::number_at;

constexpr std::size_t kHidden = 4, kHiddenEnd = 24;  // bytes of the header

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

class RemoteDirectory : public aiopt::Device {
public:
    explicit RemoteDirectory(aiopt::Bytes request)
        : names_(number_at<std::uint32_t>(request, 4)),
          seed_(number_at<std::uint64_t>(request, 8)),
          micros_(number_at<std::uint32_t>(request, 16)),
          micros_each_(number_at<std::uint32_t>(request, 20)) {}

    std::uint64_t call(unsigned, aiopt::Bytes asked, aiopt::Buffer& answer) override {
        const std::size_t count = asked.size / sizeof(std::uint32_t);
        if (count == 0 || count > kMostAsked) {
            misused_ = true;
            return 0;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto station = number_at<std::uint32_t>(asked, i * sizeof(std::uint32_t));
            const std::uint64_t number = mixed(seed_ + 0x9e3779b97f4a7c15 * station) % (names_ ? names_ : 1);
            char text[24];
            const int length = std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
            answer.push_back(static_cast<unsigned char>(length));
            aiopt::append(answer, text, static_cast<std::size_t>(length));
        }
        return 1000 * (std::uint64_t{micros_} + count * micros_each_);
    }

    void conclude(aiopt::Buffer& reply) override {
        if (misused_) {
            reply.push_back(0);
        }
    }

private:
    std::uint32_t names_;
    std::uint64_t seed_;
    std::uint32_t micros_, micros_each_;
    bool misused_ = false;
};

}  // namespace

aiopt::Buffer shown(aiopt::Bytes request) {
    aiopt::Buffer part(request.data, request.data + request.size);
    std::fill(part.begin() + kHidden, part.begin() + kHiddenEnd, 0);
    return part;
}

std::unique_ptr<aiopt::Device> make_device(aiopt::Bytes request) {
    return std::make_unique<RemoteDirectory>(request);
}
