// Sends each channel of a recording through a chain of stages and a limiter, measures it and mixes all of them.
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace {

constexpr float kFullScale = 32768.0f;
constexpr float kRelease = 0.995f;  // what is left of the limiter's level from sample to sample
constexpr float kQuiet = 1e-12f;    // a state below it may as well be 0
constexpr std::size_t kBlock = 64;

// Sends samples through Count stages, whose states stay in registers until the last sample.
template <std::size_t Count>
void run_group(float* begin, float* end, const Stage* stages, float* states) {
    float state[Count];
    std::copy_n(states, Count, state);
    for (float* at = begin; at < end; ++at) {
        float value = *at;
#pragma GCC unroll 8
        for (std::size_t i = 0; i < Count; ++i) {
            state[i] += stages[i].share * (value - state[i]);
            value = stages[i].kind == kSmooth ? state[i] : value - state[i];
        }
        *at = value;
    }
    std::copy_n(state, Count, states);
}

using Group = void (*)(float* begin, float* end, const Stage* stages, float* states);

constexpr Group kGroups[] = {run_group<1>, run_group<2>, run_group<3>, run_group<4>,
                             run_group<5>, run_group<6>, run_group<7>, run_group<8>};

// What one channel remembers from block to block.
struct Channel {
    const Setting& setting;
    std::vector<float> states;  // one for each stage
    float level = 0.0f;
    float peak = 0.0f;
    double energy = 0.0;

    // Sends a block through everything and adds it to the mix; a silent one is left out.
    void process(const std::int16_t* samples, std::size_t length, const Stage* stages, float* mix) {
        float block[kBlock];
        for (std::size_t i = 0; i < length; ++i) {
            block[i] = samples[i] / kFullScale * setting.gain;
        }
        if (std::all_of(block, block + length, [](float value) { return value == 0; }) && are_quiet()) {
            std::fill(states.begin(), states.end(), 0.0f);
            level *= std::pow(kRelease, static_cast<float>(length));
            return;
        }
        for (std::size_t done = 0, size = 0; done < states.size(); done += size) {
            size = std::min(std::size(kGroups), states.size() - done);
            kGroups[size - 1](block, block + length, stages + done, &states[done]);
        }
        finish(block, length, mix);
    }

    bool are_quiet() const {
        return std::all_of(states.begin(), states.end(), [](float state) { return std::fabs(state) < kQuiet; });
    }

    // Limits a block, measures it and adds it to the mix.
    void finish(const float* block, std::size_t length, float* mix) {
        float followed = level, highest = peak;  // of their own, or every step would store and load them
        double sum = energy;
        for (std::size_t i = 0; i < length; ++i) {
            float value = block[i];
            followed = std::max(std::fabs(value), followed * kRelease);
            if (followed > setting.ceiling) {
                value *= setting.ceiling / followed;
            }
            highest = std::max(highest, std::fabs(value));
            sum += static_cast<double>(value) * value;
            mix[i] += value;
        }
        level = followed;
        peak = highest;
        energy = sum;
    }
};

}  // namespace

extern "C" void mix_channels(const Recording& recording, float* mix, Level* levels) {
    std::fill(mix, mix + recording.length, 0.0f);
    for (std::size_t number = 0; number < recording.channels; ++number) {
        Channel channel{recording.settings[number], std::vector<float>(recording.stage_count)};
        const std::int16_t* samples = recording.samples + number * recording.length;
        for (std::size_t start = 0; start < recording.length; start += kBlock) {
            std::size_t length = std::min(kBlock, recording.length - start);
            channel.process(samples + start, length, recording.stages, mix + start);
        }
        double power = recording.length == 0 ? 0.0 : channel.energy / recording.length;
        levels[number] = {channel.peak, static_cast<float>(power)};
    }
}
