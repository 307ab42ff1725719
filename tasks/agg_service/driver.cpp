// Request: u32 reports, u32 names that there may be, u64 seed, u32 microseconds that a call of the directory takes and u32
// microseconds more for each station, 40 zero bytes; for each report u32 size, u32 station, i32 value, u32 zero; the
// bodies one after the other.
// Reply: for each summary u32 length of the name, i32 greatest, u64 count, i64 sum, u64 peak, u64 checks and the name; one
// byte more where the directory was asked for none or too many.
//
// The directory works in another process (device.cpp): names, their seed and the times are zeros here.
#include "aiopt.hpp"
#include "channels.hpp"
#include "task.hpp"

#include <atomic>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

struct Head {
    std::uint32_t size, station;
    std::int32_t value;
    std::uint32_t zero;
};

struct Row {
    std::uint32_t length;
    std::int32_t greatest;
    std::uint64_t count;
    std::int64_t sum;
    std::uint64_t peak, checks;
};

static_assert(sizeof(Head) == 16 && sizeof(Row) == 40, "the wire is packed");

class RemoteDirectory : public Directory {
public:
    explicit RemoteDirectory(const aiopt::Request& request) : channels_(request, 0, kMostWorkers) {}

    void find(const std::uint32_t* stations, std::size_t count, std::string* names) const override {
        if (count == 0 || count > kMostAsked) {
            misused_ = true;
            return;
        }
        const std::vector<unsigned char> answer = channels_.call({aiopt::bytes_of(stations, count)});
        const auto* at = reinterpret_cast<const char*>(answer.data());
        for (std::size_t i = 0; i < count; ++i) {
            const auto length = static_cast<unsigned char>(*at);
            names[i].assign(at + 1, length);
            at += 1 + length;
        }
    }

    bool misused() const { return misused_; }

private:
    mutable aiopt::Channels channels_;
    mutable std::atomic<bool> misused_{false};
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto count = aiopt::number_at<std::uint32_t>(request, 0);
    const auto* heads = reinterpret_cast<const Head*>(request.data + kHeader);
    const auto* bodies = reinterpret_cast<const char*>(heads + count);
    std::vector<Report> reports;
    reports.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        reports.push_back({bodies, heads[i].size, heads[i].station, heads[i].value});
        bodies += heads[i].size;
    }
    const RemoteDirectory directory(request);
    std::vector<Summary> summaries;
    aggregate(directory, reports.data(), reports.size(), summaries);
    for (const Summary& each : summaries) {
        const auto length = static_cast<std::uint32_t>(each.name.size());
        const Row row{length, each.greatest, each.count, each.sum, each.peak, each.checks};
        reply.put(&row, sizeof row);
        reply.put(each.name.data(), length);
    }
    if (directory.misused()) {
        reply.put("", 1);
    }
}
