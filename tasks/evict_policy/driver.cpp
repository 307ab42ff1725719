// Request: u32 room, u32 count, 56 zero bytes; u32 items in the order in which they are asked for.
// Reply: a u32 per item: what was dropped to make room for it, kNone for nothing, kSeveral for more than one.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::uint32_t kNone = 0xffffffff;  // neither of these is ever an item
constexpr std::uint32_t kSeveral = 0xfffffffe;

class Asked final : public Requests {
public:
    Asked(const unsigned char* items, std::size_t count) : items_(items), dropped_(count, kNone) {}

    bool next(std::uint32_t& item) override {
        if (turn_ == dropped_.size()) {
            return false;
        }
        std::memcpy(&item, items_ + turn_ * sizeof item, sizeof item);
        turn_ += 1;
        return true;
    }

    void drop(std::uint32_t item) override {
        if (turn_ > 0) {
            std::uint32_t& slot = dropped_[turn_ - 1];
            slot = slot == kNone ? item : kSeveral;
        }
    }

    const std::vector<std::uint32_t>& dropped() const { return dropped_; }

private:
    const unsigned char* items_;
    std::vector<std::uint32_t> dropped_;
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
    Asked asked(request.data + kHeader, word(request, 4));
    keep_items(asked, word(request, 0));
    reply.put(asked.dropped().data(), asked.dropped().size() * sizeof(std::uint32_t));
}
