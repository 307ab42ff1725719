// Request: u32 reports, u32 names that there may be, u64 seed, u32 microseconds that a call of the directory takes and u32
// microseconds more for each station, 40 zero bytes; for each report u32 size, u32 station, i32 value, u32 zero; the
// bodies one after the other.
// Reply: for each summary u32 length of the name, i32 greatest, u64 count, i64 sum, u64 peak, u64 checks and the name; one
// byte more where the directory was asked for none or too many.
//
// The directory stands for one elsewhere: a call takes its time, in which the caller waits.
#include "aiopt.hpp"
#include "task.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
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

template <class Integer>
Integer load(const aiopt::Request& request, std::size_t at) {
    Integer value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

class RemoteDirectory : public Directory {
public:
    explicit RemoteDirectory(const aiopt::Request& request)
        : names_(load<std::uint32_t>(request, 4)),
          seed_(load<std::uint64_t>(request, 8)),
          micros_(load<std::uint32_t>(request, 16)),
          micros_each_(load<std::uint32_t>(request, 20)) {}

    void find(const std::uint32_t* stations, std::size_t count, std::string* names) const override {
        if (count == 0 || count > kMostAsked) {
            misused_ = true;
            return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            char text[24];
            const std::uint64_t number = mixed(seed_ + 0x9e3779b97f4a7c15 * stations[i]) % (names_ ? names_ : 1);
            std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
            names[i] = text;
        }
        const std::chrono::microseconds delay(micros_ + count * micros_each_);
        if (delay.count() > 0) {
            std::this_thread::sleep_for(delay);
        }
    }

    bool misused() const { return misused_; }

private:
    std::uint32_t names_;
    std::uint64_t seed_;
    std::uint32_t micros_, micros_each_;
    mutable std::atomic<bool> misused_{false};
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const auto count = load<std::uint32_t>(request, 0);
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
