// What a task's driver.cpp sees: requests come in, replies go out. The shim owns files and framing.
#pragma once

#include "bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aiopt {

// The payload of one request: read-only, its first byte aligned to 64; and its number among the requests of the run.
struct Request : Bytes {
    std::uint32_t number;
};

// The payload of one reply, kept behind room for its length so that it leaves in one write.
class Reply {
public:
    void put(const void* data, std::size_t size) {
        const auto* bytes = static_cast<const unsigned char*>(data);
        frame_.insert(frame_.end(), bytes, bytes + size);
    }

private:
    friend class Frame;  // the shim's
    static constexpr std::size_t length_size = sizeof(std::uint64_t);
    std::vector<unsigned char> frame_ = std::vector<unsigned char>(length_size);
};

}  // namespace aiopt

// Defined by the task: decode the request, call the program's entry, encode what it returned.
// Bound every size the program returns before using it.
void serve(const aiopt::Request& request, aiopt::Reply& reply);
