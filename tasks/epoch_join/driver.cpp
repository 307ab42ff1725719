// Request: u32 epochs, u32 ranges in all, u32 spread, u32 size of the store, u64 seed, u32 microseconds that a reading
// takes to come, u32 nanoseconds more for 64 records, 32 zero bytes; for each epoch u32 ranges, u32 rounds; the ranges
// (8 bytes each).
// Reply: u64 for each epoch; one byte more where the store was asked for what it does not have.
//
// The store works in another process (device.cpp): seed and times are zeros here, and behind the header comes the field,
// u32 for each cell.
#include "aiopt.hpp"
#include "channels.hpp"
#include "task.hpp"

#include <atomic>
#include <cstring>
#include <vector>

namespace {

using aiopt::number_at;

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Range) == 8, "the wire is packed");

class RemoteStore : public Store {
public:
    explicit RemoteStore(const aiopt::Request& request)
        : size_(number_at<std::uint32_t>(request, 12)), channels_(request, 0, kMostWorkers) {}

    void get(std::uint32_t first, std::uint32_t count, std::uint32_t* records) const override {
        if (count == 0 || count > kMostRead || first >= size_ || count > size_ - first) {
            misused_ = true;
            return;
        }
        const std::uint32_t asked[] = {first, count};
        const std::vector<unsigned char> answer = channels_.call({aiopt::bytes_of(asked, 2)});
        std::memcpy(records, answer.data(), count * sizeof records[0]);
    }

    std::uint32_t size() const override { return size_; }

    bool misused() const { return misused_; }

private:
    std::uint32_t size_;
    mutable aiopt::Channels channels_;
    mutable std::atomic<bool> misused_{false};
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto epoch_count = number_at<std::uint32_t>(request, 0);
    const RemoteStore store(request);
    const auto* cells = reinterpret_cast<const std::uint32_t*>(request.data + kHeader);
    const std::uint32_t* sizes = cells + kCells;
    const auto* ranges = reinterpret_cast<const Range*>(sizes + 2 * std::size_t{epoch_count});
    std::vector<Epoch> epochs;
    for (std::uint32_t i = 0; i < epoch_count; ++i) {
        epochs.push_back({ranges, sizes[2 * i], sizes[2 * i + 1]});
        ranges += sizes[2 * i];
    }
    std::vector<std::uint32_t> field(cells, cells + kCells);
    std::vector<std::uint64_t> answers(epoch_count);
    run_epochs(store, epochs.data(), epochs.size(), number_at<std::uint32_t>(request, 8), field.data(), answers.data());
    reply.put(answers.data(), answers.size() * sizeof answers[0]);
    if (store.misused()) {
        reply.put("", 1);
    }
}
