// What the program provides: mix_channels(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

enum StageKind : std::uint32_t {
    kSmooth,  // follows the signal and gives what it follows
    kDrift,   // follows the signal and gives what is left of it
};

// One step of the chain: a state starts at 0 and moves by `share` of its distance to each sample.
struct Stage {
    std::uint32_t kind;  // a StageKind
    float share;         // above 0 and at most 1
};

struct Setting {
    float gain;
    float ceiling;  // above 0
};

// `length` samples for each of `channels`, one channel after the other, and a setting for each.
struct Recording {
    const std::int16_t* samples;
    const Setting* settings;
    const Stage* stages;
    std::size_t channels;
    std::size_t length;
    std::size_t stage_count;
};

struct Level {
    float peak;   // greatest absolute value
    float power;  // mean of the squares, 0 for no samples
};

// Writes the sum of all processed channels to mix[0..length) and one levels[i] for each of them.
extern "C" void mix_channels(const Recording& recording, float* mix, Level* levels);
