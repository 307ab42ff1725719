// Wrong: States are kept from channel to channel.
// Sends each channel of a recording through a chain of stages and a limiter, measures it and mixes all of them.
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr float kFullScale = 32768.0f;
constexpr float kRelease = 0.995f;  // what is left of the limiter's level from sample to sample
constexpr float kQuiet = 1e-12f;    // a state below it may as well be 0
constexpr std::size_t kBlock = 64;

using Signal = std::vector<float>;

void decode(const std::int16_t* samples, float gain, Signal& signal) {
    for (std::size_t i = 0; i < signal.size(); ++i) {
        signal[i] = samples[i] / kFullScale * gain;
    }
}

bool is_silent(const float* begin, const float* end) {
    return std::all_of(begin, end, [](float value) { return value == 0; });
}

bool are_quiet(const std::vector<float>& states) {
    return std::all_of(states.begin(), states.end(), [](float state) { return std::fabs(state) < kQuiet; });
}

// Sends each sample through all stages before the next one; what is silent is left out.
void run_stages(Signal& signal, const Stage* stages, std::size_t count) {
    static std::vector<float> states;
    states.resize(count);
    for (std::size_t start = 0; start < signal.size(); start += kBlock) {
        float* begin = signal.data() + start;
        float* end = begin + std::min(kBlock, signal.size() - start);
        if (is_silent(begin, end) && are_quiet(states)) {
            std::fill(states.begin(), states.end(), 0.0f);
            continue;
        }
        for (float* value = begin; value < end; ++value) {
            for (std::size_t i = 0; i < count; ++i) {
                states[i] += stages[i].share * (*value - states[i]);
                *value = stages[i].kind == kSmooth ? states[i] : *value - states[i];
            }
        }
    }
}

// Keeps the signal within the ceiling: the level jumps up with the signal and falls off bit by bit.
void limit(Signal& signal, float ceiling) {
    float level = 0.0f;
    for (std::size_t start = 0; start < signal.size(); start += kBlock) {
        float* begin = signal.data() + start;
        float* end = begin + std::min(kBlock, signal.size() - start);
        if (is_silent(begin, end)) {
            level *= std::pow(kRelease, static_cast<float>(end - begin));
            continue;
        }
        for (float* value = begin; value < end; ++value) {
            level = std::max(std::fabs(*value), level * kRelease);
            if (level > ceiling) {
                *value *= ceiling / level;
            }
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
