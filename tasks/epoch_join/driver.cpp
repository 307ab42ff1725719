// Request: u32 epochs, u32 ranges in all, u32 spread, u32 size of the store, u64 seed, u32 microseconds that a reading
// takes to come, u32 nanoseconds more for 64 records, 32 zero bytes; for each epoch u32 ranges, u32 rounds; the ranges
// (8 bytes each).
// Reply: u64 for each epoch; one byte more where the store was asked for what it does not have.
//
// The store stands for one elsewhere: a reading takes its time, in which the caller waits. What it holds is made of the
// seed as it is read.
#include "aiopt.hpp"
#include "task.hpp"

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
constexpr std::uint32_t kCellBits = 28;

static_assert(sizeof(Range) == 8, "the wire is packed");

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

class RemoteStore : public Store {
public:
    RemoteStore(std::uint64_t seed, std::uint32_t size, std::uint32_t micros, std::uint32_t nanos_for_64)
        : seed_(seed), size_(size), micros_(micros), nanos_for_64_(nanos_for_64) {}

    void get(std::uint32_t first, std::uint32_t count, std::uint32_t* records) const override {
        if (count == 0 || count > kMostRead || first >= size_ || count > size_ - first) {
            misused_ = true;
            return;
        }
        const auto begin = std::chrono::steady_clock::now();
        for (std::uint32_t i = 0; i < count; ++i) {
            records[i] = static_cast<std::uint32_t>(mixed(seed_ + kOdd * (std::uint64_t{first} + i)) >> 32);
        }
        const std::chrono::nanoseconds delay(micros_ * INT64_C(1000) + count * INT64_C(1) * nanos_for_64_ / 64);
        if (delay.count() > 0) {
            std::this_thread::sleep_until(begin + delay);
        }
    }

    std::uint32_t size() const override { return size_; }

    bool misused() const { return misused_; }

private:
    std::uint64_t seed_;
    std::uint32_t size_, micros_, nanos_for_64_;
    mutable std::atomic<bool> misused_{false};
};

template <class Integer>
Integer load(const aiopt::Request& request, std::size_t at) {
    Integer value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto epoch_count = load<std::uint32_t>(request, 0);
    const auto seed = load<std::uint64_t>(request, 16);
    const RemoteStore store(seed, load<std::uint32_t>(request, 12), load<std::uint32_t>(request, 24),
                            load<std::uint32_t>(request, 28));
    const auto* sizes = reinterpret_cast<const std::uint32_t*>(request.data + kHeader);
    const auto* ranges = reinterpret_cast<const Range*>(sizes + 2 * std::size_t{epoch_count});
    std::vector<Epoch> epochs;
    for (std::uint32_t i = 0; i < epoch_count; ++i) {
        epochs.push_back({ranges, sizes[2 * i], sizes[2 * i + 1]});
        ranges += sizes[2 * i];
    }
    std::vector<std::uint32_t> field(kCells);
    for (std::size_t i = 0; i < kCells; ++i) {
        field[i] = static_cast<std::uint32_t>(mixed(~seed + kOdd * i) >> (64 - kCellBits));
    }
    std::vector<std::uint64_t> answers(epoch_count);
    run_epochs(store, epochs.data(), epochs.size(), load<std::uint32_t>(request, 8), field.data(), answers.data());
    reply.put(answers.data(), answers.size() * sizeof answers[0]);
    if (store.misused()) {
        reply.put("", 1);
    }
}
