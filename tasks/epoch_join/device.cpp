// The store, which stands for one elsewhere. A call: u32 first record, u32 how many. Its answer: the records, made of
// the seed as they are read, after the time that the request says; see driver.cpp for its layout.
//
// The seed and the times do not reach the program: it gets the field, which is made of the seed, behind the header.
// The device's part of the reply is one byte where a call asked for what the store does not have.
#include "device.hpp"
#include "task.hpp"

const unsigned kChannels = kMostWorkers;

namespace {

using aiopt::number_at;

constexpr std::size_t kHeader = 64;
constexpr std::size_t kHidden = 16, kHiddenEnd = 32;  // bytes of the header
constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
constexpr std::uint32_t kCellBits = 28;

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

class RemoteStore : public aiopt::Device {
public:
    explicit RemoteStore(aiopt::Bytes request)
        : size_(number_at<std::uint32_t>(request, 12)),
          seed_(number_at<std::uint64_t>(request, 16)),
          micros_(number_at<std::uint32_t>(request, 24)),
          nanos_for_64_(number_at<std::uint32_t>(request, 28)) {}

    std::uint64_t call(unsigned, aiopt::Bytes asked, aiopt::Buffer& answer) override {
        const auto first = number_at<std::uint32_t>(asked, 0);
        const auto count = number_at<std::uint32_t>(asked, 4);
        if (count == 0 || count > kMostRead || first >= size_ || count > size_ - first) {
            misused_ = true;
            return 0;
        }
        std::uint32_t records[kMostRead];
        for (std::uint32_t i = 0; i < count; ++i) {
            records[i] = static_cast<std::uint32_t>(mixed(seed_ + kOdd * (std::uint64_t{first} + i)) >> 32);
        }
        aiopt::append(answer, records, count * sizeof records[0]);
        return 1000 * std::uint64_t{micros_} + std::uint64_t{count} * nanos_for_64_ / 64;
    }

    void conclude(aiopt::Buffer& reply) override {
        if (misused_) {
            reply.push_back(0);
        }
    }

private:
    std::uint32_t size_;
    std::uint64_t seed_;
    std::uint32_t micros_, nanos_for_64_;
    bool misused_ = false;
};

}  // namespace

aiopt::Buffer shown(aiopt::Bytes request) {
    const auto seed = number_at<std::uint64_t>(request, 16);
    std::vector<std::uint32_t> field(kCells);
    for (std::size_t i = 0; i < kCells; ++i) {
        field[i] = static_cast<std::uint32_t>(mixed(~seed + kOdd * i) >> (64 - kCellBits));
    }
    aiopt::Buffer part(request.data, request.data + kHeader);
    std::fill(part.begin() + kHidden, part.begin() + kHiddenEnd, 0);
    aiopt::append(part, field.data(), field.size() * sizeof field[0]);
    aiopt::append(part, request.data + kHeader, request.size - kHeader);
    return part;
}

std::unique_ptr<aiopt::Device> make_device(aiopt::Bytes request) { return std::make_unique<RemoteStore>(request); }
