// Request: u32 channels, u32 length, u32 stages, 52 zero bytes; a Setting (8 bytes) per channel, a Stage (8 bytes)
// per stage, then the samples (i16), channel after channel.
// Reply: the mix (f32 per sample), a Level (two f32) per channel.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Stage) == 8 && sizeof(Setting) == 8 && sizeof(Level) == 8, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    Recording recording{};
    recording.channels = word(request, 0);
    recording.length = word(request, 4);
    recording.stage_count = word(request, 8);
    recording.settings = reinterpret_cast<const Setting*>(request.data + kHeader);
    recording.stages = reinterpret_cast<const Stage*>(recording.settings + recording.channels);
    recording.samples = reinterpret_cast<const std::int16_t*>(recording.stages + recording.stage_count);
    std::vector<float> mix(recording.length);
    std::vector<Level> levels(recording.channels);
    mix_channels(recording, mix.data(), levels.data());
    reply.put(mix.data(), mix.size() * sizeof(float));
    reply.put(levels.data(), levels.size() * sizeof(Level));
}
