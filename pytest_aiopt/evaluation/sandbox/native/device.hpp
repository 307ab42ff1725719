// What a task's device.cpp sees: a device that a program uses through channels, from another process.
//
// The device gets the whole request, the program what the device shows of it. A call is answered when its time is
// over, and each channel carries one call at a time: a program can neither skip a wait nor make more calls at once
// than there are channels. What the device concludes precedes the program's own bytes in the reply.
#pragma once

#include "bytes.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace aiopt {

using Buffer = std::vector<unsigned char>;

// The device during one request.
class Device {
public:
    virtual ~Device() = default;

    // Takes a call, appends its answer and returns after how many nanoseconds the caller gets it.
    virtual std::uint64_t call(unsigned channel, Bytes asked, Buffer& answer) = 0;

    // The time of the call on this channel is over; its answer leaves next.
    virtual void done(unsigned) {}

    // Appends the device's part of the reply, at the end of the request.
    virtual void conclude(Buffer&) {}
};

inline void append(Buffer& buffer, const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    buffer.insert(buffer.end(), bytes, bytes + size);
}

}  // namespace aiopt

// Defined by the task: how many channels there are (at most 8), what the program gets of a request, the device itself.
extern const unsigned kChannels;
aiopt::Buffer shown(aiopt::Bytes request);
std::unique_ptr<aiopt::Device> make_device(aiopt::Bytes request);
