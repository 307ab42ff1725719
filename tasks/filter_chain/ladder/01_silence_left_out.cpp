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

constexpr float kQuiet = 1e-12f;     // a state below it may as well be 0
constexpr std::size_t kBlock = 64;

using Signal = std::vector<float>;

bool is_silent(const Signal& signal, std::size_t start, std::size_t end) {
    return std::all_of(signal.begin() + start, signal.begin() + end, [](float value) { return value == 0; });
}

Signal decode(const std::int16_t* samples, std::size_t length, float gain) {
    Signal signal(length);
    for (std::size_t i = 0; i < length; ++i) {
        signal[i] = samples[i] / kFullScale * gain;
    }
    return signal;
}

Signal smooth(const Signal& signal, float share) {
    Signal smoothed(signal.size());
    float state = 0.0f;
    for (std::size_t start = 0; start < signal.size(); start += kBlock) {
        std::size_t end = std::min(start + kBlock, signal.size());
        if (std::fabs(state) < kQuiet && is_silent(signal, start, end)) {
            state = 0;
            continue;
        }
        for (std::size_t i = start; i < end; ++i) {
            state += share * (signal[i] - state);
            smoothed[i] = state;
        }
    }
    return smoothed;
}

Signal remove_drift(const Signal& signal, float share) {
    Signal rest(signal.size());
    float drift = 0.0f;
    for (std::size_t start = 0; start < signal.size(); start += kBlock) {
        std::size_t end = std::min(start + kBlock, signal.size());
        if (std::fabs(drift) < kQuiet && is_silent(signal, start, end)) {
            drift = 0;
            continue;
        }
        for (std::size_t i = start; i < end; ++i) {
            drift += share * (signal[i] - drift);
            rest[i] = signal[i] - drift;
        }
    }
    return rest;
}

// Keeps the signal within the ceiling: the level jumps up with the signal and falls off bit by bit.
Signal limit(const Signal& signal, float ceiling) {
    Signal limited(signal.size());
    float level = 0.0f;
    for (std::size_t start = 0; start < signal.size(); start += kBlock) {
        std::size_t end = std::min(start + kBlock, signal.size());
        if (is_silent(signal, start, end)) {
            level *= std::pow(kRelease, static_cast<float>(end - start));
            continue;
        }
        for (std::size_t i = start; i < end; ++i) {
            level = std::max(std::fabs(signal[i]), level * kRelease);
            limited[i] = level > ceiling ? signal[i] * (ceiling / level) : signal[i];
        }
    }
    return limited;
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

Signal run_stage(const Signal& signal, const Stage& stage) {
    return stage.kind == kSmooth ? smooth(signal, stage.share) : remove_drift(signal, stage.share);
}

}  // namespace

extern "C" void mix_channels(const Recording& recording, float* mix, Level* levels) {
    std::fill(mix, mix + recording.length, 0.0f);
    for (std::size_t channel = 0; channel < recording.channels; ++channel) {
        const Setting& setting = recording.settings[channel];
        Signal signal = decode(recording.samples + channel * recording.length, recording.length, setting.gain);
        for (std::size_t i = 0; i < recording.stage_count; ++i) {
            signal = run_stage(signal, recording.stages[i]);
        }
        signal = limit(signal, setting.ceiling);
        levels[channel] = measure(signal);
        for (std::size_t i = 0; i < recording.length; ++i) {
            mix[i] += signal[i];
        }
    }
}
