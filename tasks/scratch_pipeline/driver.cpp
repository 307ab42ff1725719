// Request: u32 width, u32 height, u32 scales, 52 zero bytes; a Scale (8 bytes) each; the pixels, three bytes each.
// Reply: a Patch (16 bytes) for each patch, row by row, scale after scale.
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;

static_assert(sizeof(Pixel) == 3 && sizeof(Patch) == 16 && sizeof(Scale) == 8, "the wire is packed");

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

std::size_t patches_along(std::size_t pixels) { return (pixels + kPatchSide - 1) / kPatchSide; }

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t width = word(request, 0);
    const std::size_t height = word(request, 4);
    const std::size_t scale_count = word(request, 8);
    const auto* scales = reinterpret_cast<const Scale*>(request.data + kHeader);
    const auto* pixels = reinterpret_cast<const Pixel*>(scales + scale_count);
    std::vector<Patch> patches(patches_along(width) * patches_along(height) * scale_count);
    survey_image({pixels, width, height}, scales, scale_count, patches.data());
    reply.put(patches.data(), patches.size() * sizeof(Patch));
}
