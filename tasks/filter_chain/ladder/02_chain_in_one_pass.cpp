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

using Signal = std::vector<float>;

// While it lives, results and operands too small for a normal float are taken for 0.
class TinyIsZero {
public:
    TinyIsZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
    ~TinyIsZero() { _mm_setcsr(before_); }

private:
    unsigned before_;
};

void decode(const std::int16_t* samples, float gain, Signal& signal) {
    for (std::size_t i = 0; i < signal.size(); ++i) {
        signal[i] = samples[i] / kFullScale * gain;
    }
}

// Sends each sample through all stages before the next one.
void run_stages(Signal& signal, const Stage* stages, std::size_t count) {
    std::vector<float> states(count);
    for (float& value : signal) {
        for (std::size_t i = 0; i < count; ++i) {
            float state = states[i] + stages[i].share * (value - states[i]);
            states[i] = state;
            value = stages[i].kind == kSmooth ? state : value - state;
        }
    }
}

// Keeps the signal within the ceiling: the level jumps up with the signal and falls off bit by bit.
void limit(Signal& signal, float ceiling) {
    float level = 0.0f;
    for (float& value : signal) {
        level = std::max(std::fabs(value), level * kRelease);
        if (level > ceiling) {
            value *= ceiling / level;
        }
    }
}

Level measure(const Signal& signal) {
    float peak = 0.0f;
    double energy = 0.0;
    for (float value : signal) {
        peak = std::max(peak, std::fabs(value));
        energy += static_cast<double>(value) * value;
    }
    return {peak, signal.empty() ? 0.0f : static_cast<float>(energy / signal.size())};
}

}  // namespace

extern "C" void mix_channels(const Recording& recording, float* mix, Level* levels) {
    TinyIsZero guard;
    std::fill(mix, mix + recording.length, 0.0f);
    Signal signal(recording.length);
    for (std::size_t channel = 0; channel < recording.channels; ++channel) {
        const Setting& setting = recording.settings[channel];
        decode(recording.samples + channel * recording.length, setting.gain, signal);
        run_stages(signal, recording.stages, recording.stage_count);
        limit(signal, setting.ceiling);
        levels[channel] = measure(signal);
        for (std::size_t i = 0; i < recording.length; ++i) {
            mix[i] += signal[i];
        }
    }
}
