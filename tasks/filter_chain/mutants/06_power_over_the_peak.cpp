// Wrong: The power is summed with the peak in place of the value.
// Sends each channel of a recording through a chain of stages and a limiter, measures it and mixes all of them.
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <immintrin.h>
#include <vector>

namespace {

constexpr float kFullScale = 32768.0f;
constexpr float kRelease = 0.995f;  // what is left of the limiter's level from sample to sample

// While it lives, results and operands too small for a normal float are taken for 0.
class TinyIsZero {
public:
    TinyIsZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
    ~TinyIsZero() { _mm_setcsr(before_); }

private:
    unsigned before_;
};

// What one channel remembers from sample to sample.
struct Channel {
    const Setting& setting;
    std::vector<float> states;  // one for each stage
    float level = 0.0f;
    float peak = 0.0f;
    double energy = 0.0;
};

// Gives one sample to a channel and returns what comes out of its limiter.
float process(Channel& channel, const Stage* stages, float value) {
    for (std::size_t i = 0; i < channel.states.size(); ++i) {
        float state = channel.states[i] + stages[i].share * (value - channel.states[i]);
        channel.states[i] = state;
        value = stages[i].kind == kSmooth ? state : value - state;
    }
    channel.level = std::max(std::fabs(value), channel.level * kRelease);
    if (channel.level > channel.setting.ceiling) {
        value *= channel.setting.ceiling / channel.level;
    }
    channel.peak = std::max(channel.peak, std::fabs(value));
    channel.energy += static_cast<double>(value) * channel.peak;
    return value;
}

}  // namespace

extern "C" void mix_channels(const Recording& recording, float* mix, Level* levels) {
    TinyIsZero guard;
    std::fill(mix, mix + recording.length, 0.0f);
    for (std::size_t number = 0; number < recording.channels; ++number) {
        Channel channel{recording.settings[number], std::vector<float>(recording.stage_count)};
        const std::int16_t* samples = recording.samples + number * recording.length;
        for (std::size_t i = 0; i < recording.length; ++i) {
            mix[i] += process(channel, recording.stages, samples[i] / kFullScale * channel.setting.gain);
        }
        double power = recording.length == 0 ? 0.0 : channel.energy / recording.length;
        levels[number] = {channel.peak, static_cast<float>(power)};
    }
}
