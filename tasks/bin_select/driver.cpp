// Request: u32 room, u32 count, 56 zero bytes; the events (16 bytes each) in their order.
// Reply: a u32 per event: the bin that a piece was put into, kNone for none, kSeveral for more than one.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::uint32_t kNone = 0xffffffff;  // neither of these names a bin
constexpr std::uint32_t kSeveral = 0xfffffffe;

static_assert(sizeof(Event) == 16, "the wire is packed");

class Given final : public Events {
public:
    Given(const unsigned char* events, std::size_t count) : events_(events), bins_(count, kNone) {}

    bool next(Event& event) override {
        if (turn_ == bins_.size()) {
            return false;
        }
        std::memcpy(&event, events_ + turn_ * sizeof event, sizeof event);
        turn_ += 1;
        return true;
    }

    void put(std::uint32_t bin) override {
        if (turn_ > 0) {
            std::uint32_t& slot = bins_[turn_ - 1];
            slot = slot == kNone ? bin : kSeveral;
        }
    }

    const std::vector<std::uint32_t>& bins() const { return bins_; }

private:
    const unsigned char* events_;
    std::vector<std::uint32_t> bins_;
    std::size_t turn_ = 0;
};

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Given given(request.data + kHeader, word(request, 4));
    place_pieces(given, word(request, 0));
    reply.put(given.bins().data(), given.bins().size() * sizeof(std::uint32_t));
}
