// The process of a task's device. It shows the program its part of the requests, answers its calls in time, and puts
// the replies together. Trusted; what comes over the channels, and the program's replies, are not.
//
// Descriptors: 0 the requests and 1 the replies as the harness knows them; 3 the supervisor, who gets one byte when all
// is ready and closes it at the end of the program; 4 and 5 requests and replies of the program; from 6 on the channels.
//
// A call: u32 number of the request, u32 size, the bytes. Its answer: u32 size, the bytes. Requests come in their
// order, and the next one begins with its first call, when no call is under way.
#include "device.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

using aiopt::Buffer;
using aiopt::Bytes;
using aiopt::number_at;

enum { kRequests = 0, kReplies = 1, kSupervisor = 3, kShown = 4, kAnswered = 5, kFirstChannel = 6, kMostChannels = 8 };
constexpr std::size_t kBlock = 64;
constexpr std::size_t kMostAsked = 32u << 20;
constexpr std::uint64_t kTurnNs = 100000;
constexpr std::size_t kMostAnswered = std::size_t{1} << 30;

std::int64_t now_ns() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

std::size_t padded(std::size_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

Bytes mapped(int file) {
    struct stat status;
    if (fstat(file, &status) != 0) std::exit(1);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0 || size > kMostAnswered) return {nullptr, 0};
    void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (data == MAP_FAILED) std::exit(1);
    return {static_cast<const unsigned char*>(data), size};
}

void put(int file, const void* data, std::size_t size) {
    const auto* bytes = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t wrote = write(file, bytes, size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) std::exit(1);
        bytes += wrote;
        size -= static_cast<std::size_t>(wrote);
    }
}

std::vector<Bytes> requests_of(Bytes file) {
    std::vector<Bytes> found;
    const auto count = number_at<std::uint32_t>(file, 4);
    std::size_t at = kBlock;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto size = number_at<std::uint64_t>(file, at);
        at += kBlock;
        if (at > file.size || size > file.size - at) std::exit(1);
        found.push_back({file.data + at, static_cast<std::size_t>(size)});
        at += padded(static_cast<std::size_t>(size));
    }
    return found;
}

// Writes what the program gets, and seals it.
void show(Bytes file, const std::vector<Bytes>& requests) {
    const unsigned char zeros[kBlock] = {};
    put(kShown, file.data, kBlock);
    for (const Bytes& request : requests) {
        const Buffer part = shown(request);
        const std::uint64_t size = part.size();
        put(kShown, &size, sizeof size);
        put(kShown, zeros, kBlock - sizeof size);
        put(kShown, part.data(), part.size());
        put(kShown, zeros, padded(part.size()) - part.size());
    }
    if (fcntl(kShown, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) std::exit(1);
}

struct Channel {
    bool open = true;
    bool busy = false;
    std::int64_t due = 0;
    Buffer answer;  // its size comes first
};

class Service {
public:
    explicit Service(const std::vector<Bytes>& requests) : requests_(requests), channels_(kChannels) {}

    // Answers calls until the program ends.
    void run() {
        while (!over_) {
            const std::int64_t now = now_ns();
            for (unsigned i = 0; i < kChannels; ++i) {
                if (channels_[i].busy && channels_[i].due <= now) answer(i);
            }
            wait();
        }
    }

    // What the device says of each of the first `count` requests.
    std::vector<Buffer> conclusions(std::size_t count) {
        while (!broken_ && concluded_.size() < count) {
            if (!device_) begin();
            end();
        }
        return concluded_;
    }

private:
    void wait() {
        pollfd watched[1 + kMostChannels] = {{kSupervisor, POLLIN, 0}};
        std::int64_t due = INT64_MAX;
        for (unsigned i = 0; i < kChannels; ++i) {
            const Channel& channel = channels_[i];
            watched[1 + i] = {channel.open && !channel.busy ? kFirstChannel + static_cast<int>(i) : -1, POLLIN, 0};
            if (channel.busy && channel.due < due) due = channel.due;
        }
        const std::int64_t left = due == INT64_MAX ? 0 : due - now_ns();
        if (due != INT64_MAX && left <= 0) return;
        const timespec rest = {left / 1000000000, left % 1000000000};
        if (ppoll(watched, 1 + kChannels, due == INT64_MAX ? nullptr : &rest, nullptr) <= 0) return;
        over_ = watched[0].revents != 0;
        for (unsigned i = 0; i < kChannels && !over_; ++i) {
            if (watched[1 + i].revents) take(i);
        }
    }

    void take(unsigned i) {
        Channel& channel = channels_[i];
        std::uint32_t head[2];
        channel.open = receive(i, head, sizeof head);
        if (!channel.open) return;
        asked_.resize(head[1] <= kMostAsked ? head[1] : 0);
        if (head[1] > kMostAsked || !receive(i, asked_.data(), asked_.size()) || !go_to(head[0])) return give_up();
        channel.answer.assign(sizeof(std::uint32_t), 0);
        const std::uint64_t delay = device_->call(i, {asked_.data(), asked_.size()}, channel.answer);
        const auto size = static_cast<std::uint32_t>(channel.answer.size() - sizeof(std::uint32_t));
        std::memcpy(channel.answer.data(), &size, sizeof size);
        channel.busy = true;
        channel.due = delay == 0 ? 0 : now_ns() + static_cast<std::int64_t>(delay);
        if (delay == 0) answer(i);
    }

    void answer(unsigned i) {
        Channel& channel = channels_[i];
        device_->done(i);
        channel.busy = false;
        const unsigned char* bytes = channel.answer.data();
        for (std::size_t left = channel.answer.size(); left > 0;) {
            const ssize_t sent = send(kFirstChannel + static_cast<int>(i), bytes, left, MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            channel.open = sent > 0;
            if (sent <= 0) return;
            bytes += sent;
            left -= static_cast<std::size_t>(sent);
        }
    }

    static bool receive(unsigned i, void* data, std::size_t size) {
        return size == 0 || recv(kFirstChannel + static_cast<int>(i), data, size, MSG_WAITALL) == static_cast<ssize_t>(size);
    }

    // Whether the request of this number is the one being served, or becomes it.
    bool go_to(std::uint32_t number) {
        while (concluded_.size() < number) {
            for (const Channel& channel : channels_) {
                if (channel.busy) return false;
            }
            if (concluded_.size() + 1 >= requests_.size()) return false;
            if (!device_) begin();
            end();
        }
        if (concluded_.size() > number || number >= requests_.size()) return false;
        if (!device_) begin();
        return true;
    }

    void begin() { device_ = make_device(requests_[concluded_.size()]); }

    void end() {
        concluded_.emplace_back();
        device_->conclude(concluded_.back());
        device_.reset();
    }

    // A program that does not keep to the protocol gets no answers and no replies from here on.
    void give_up() {
        broken_ = over_ = true;
        for (unsigned i = 0; i < kChannels; ++i) shutdown(kFirstChannel + static_cast<int>(i), SHUT_RDWR);
        pollfd end = {kSupervisor, POLLIN, 0};
        while (poll(&end, 1, -1) < 0 && errno == EINTR) {}
    }

    const std::vector<Bytes>& requests_;
    std::vector<Channel> channels_;
    std::unique_ptr<aiopt::Device> device_;
    std::vector<Buffer> concluded_;
    Buffer asked_;
    bool over_ = false;
    bool broken_ = false;
};

// Puts the device's part in front of each complete reply of the program; what is torn stays torn.
void reply(Service& service, std::size_t count) {
    const Bytes answered = mapped(kAnswered);
    std::size_t at = 0, whole = 0;
    std::vector<Bytes> parts;
    while (answered.size - at >= sizeof(std::uint64_t)) {
        const auto size = number_at<std::uint64_t>(answered, at);
        if (size > answered.size - at - sizeof size) break;
        parts.push_back({answered.data + at + sizeof size, static_cast<std::size_t>(size)});
        at += sizeof size + static_cast<std::size_t>(size);
        whole += parts.size() <= count;
    }
    const std::vector<Buffer> concluded = service.conclusions(whole);
    for (std::size_t i = 0; i < whole && i < concluded.size(); ++i) {
        const std::uint64_t size = concluded[i].size() + parts[i].size;
        put(kReplies, &size, sizeof size);
        put(kReplies, concluded[i].data(), concluded[i].size());
        put(kReplies, parts[i].data, parts[i].size);
    }
    const bool written_to = lseek(kAnswered, 0, SEEK_CUR) != 0;  // by other means than the shim's
    if (parts.size() > count || at != answered.size || written_to) put(kReplies, "", 1);
    lseek(kReplies, 0, SEEK_SET);
}

// Exact timers; and short turns, for which Linux 6.12 and later let a process run as soon as it is woken.
void be_punctual() {
    prctl(PR_SET_TIMERSLACK, 1);
    struct { std::uint32_t size, policy; std::uint64_t flags; std::int32_t nice; std::uint32_t priority;
             std::uint64_t runtime, deadline, period; } turns = {};
    if (syscall(SYS_sched_getattr, 0, &turns, sizeof turns, 0) != 0) return;
    turns.runtime = kTurnNs;
    syscall(SYS_sched_setattr, 0, &turns, 0);
}

}  // namespace

int main() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    be_punctual();
    const Bytes file = mapped(kRequests);
    const std::vector<Bytes> requests = requests_of(file);
    show(file, requests);
    put(kSupervisor, "", 1);
    Service service(requests);
    service.run();
    reply(service, requests.size());
    return 0;
}
