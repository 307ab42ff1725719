// Request: u32 width, hidden, vocabulary, layers, tokens, 44 zero bytes; the tokens (u32), zeros up to a multiple of 64;
// the embedding, then query, key, value, output, up and down of each layer (f32).
// Reply: u32 positions done, u32 vocabulary, the logits of each position (f32).
#include "aiopt.hpp"
#include "task.hpp"

#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kHeader = 64;
constexpr std::size_t kAligned = 16;  // tokens that fill 64 bytes

std::uint32_t word(const aiopt::Request& request, std::size_t at) {
    std::uint32_t value = 0;
    if (request.size >= kHeader) {
        std::memcpy(&value, request.data + at, sizeof value);
    }
    return value;
}

// Says which token follows: the one of the request, whatever the logits are, which go into the reply.
struct Caller {
    const std::uint32_t* tokens;
    std::size_t count;
    std::size_t vocabulary;
    std::size_t asked = 0;
    std::vector<float> logits;

    static std::int32_t next(void* caller, const float* logits) {
        auto& self = *static_cast<Caller*>(caller);
        if (logits != nullptr && self.logits.size() < self.count * self.vocabulary) {
            self.logits.insert(self.logits.end(), logits, logits + self.vocabulary);
        }
        return self.asked < self.count ? static_cast<std::int32_t>(self.tokens[self.asked++]) : -1;
    }
};

}  // namespace

void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::size_t width = word(request, 0), hidden = word(request, 4), vocabulary = word(request, 8);
    const std::size_t layer_count = word(request, 12), token_count = word(request, 16);
    const auto* tokens = reinterpret_cast<const std::uint32_t*>(request.data + kHeader);
    const auto* at = reinterpret_cast<const float*>(tokens + (token_count + kAligned - 1) / kAligned * kAligned);
    auto take = [&at](std::size_t count) {
        const float* taken = at;
        at += count;
        return taken;
    };
    Model model{width, hidden, vocabulary, layer_count, take(vocabulary * width), nullptr};
    std::vector<Layer> layers;
    for (std::size_t i = 0; i < layer_count; ++i) {
        const float *query = take(width * width), *key = take(width * width), *value = take(width * width);
        const float *output = take(width * width), *up = take(width * hidden), *down = take(hidden * width);
        layers.push_back({query, key, value, output, up, down});
    }
    model.layers = layers.data();
    Caller caller{tokens, token_count, vocabulary};
    generate(model, Caller::next, &caller);
    const std::uint32_t head[] = {
        static_cast<std::uint32_t>(vocabulary == 0 ? 0 : caller.logits.size() / vocabulary),
        static_cast<std::uint32_t>(vocabulary)};
    reply.put(head, sizeof head);
    reply.put(caller.logits.data(), caller.logits.size() * sizeof(float));
}
