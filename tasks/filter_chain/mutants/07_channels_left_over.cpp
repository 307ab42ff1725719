// Wrong: Channels beyond the last full four are left out.
// Sends each channel of a recording through a chain of stages and a limiter, measures it and mixes all of them.
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <immintrin.h>
#include <iterator>
#include <vector>

namespace {

constexpr std::size_t kLanes = 4;
constexpr std::size_t kBlock = 256;  // samples of the lanes that are processed before the next step
constexpr float kFullScale = 32768.0f;
constexpr float kRelease = 0.995f;  // what is left of the limiter's level from sample to sample
constexpr float kQuiet = 1e-12f;    // a state below it may as well be 0

const __m128 kSign = _mm_set1_ps(-0.0f);

bool any_above(const __m128* values, std::size_t count, float limit) {
    __m128 above = _mm_setzero_ps();
    for (std::size_t i = 0; i < count; ++i) {
        above = _mm_or_ps(above, _mm_cmpgt_ps(_mm_andnot_ps(kSign, values[i]), _mm_set1_ps(limit)));
    }
    return _mm_movemask_ps(above) != 0;
}

// Sends a block through Count stages, whose states stay in registers until its end.
template <std::size_t Count>
void run_group(__m128* block, std::size_t length, const Stage* stages, __m128* states) {
    __m128 state[Count];
    std::copy_n(states, Count, state);
    for (std::size_t at = 0; at < length; ++at) {
        __m128 value = block[at];
#pragma GCC unroll 4
        for (std::size_t i = 0; i < Count; ++i) {
            __m128 share = _mm_set1_ps(stages[i].share);
            state[i] = _mm_add_ps(state[i], _mm_mul_ps(share, _mm_sub_ps(value, state[i])));
            value = stages[i].kind == kSmooth ? state[i] : _mm_sub_ps(value, state[i]);
        }
        block[at] = value;
    }
    std::copy_n(state, Count, states);
}

using Group = void (*)(__m128* block, std::size_t length, const Stage* stages, __m128* states);

constexpr Group kGroups[] = {run_group<1>, run_group<2>, run_group<3>, run_group<4>};

// Blocks of samples of four channels side by side; missing channels are silent.
struct Lanes {
    const Recording& recording;
    std::size_t first;  // number of the first channel
    std::size_t count;  // how many of the four there are
    __m128 gain, ceiling;
    std::vector<float> states;  // four for each stage
    __m128 level = _mm_setzero_ps();
    __m128 peak = _mm_setzero_ps();
    double energy[kLanes] = {};

    Lanes(const Recording& given, std::size_t from)
        : recording(given), first(from), count(std::min(kLanes, given.channels - from)),
          states(given.stage_count * kLanes) {
        alignas(16) float gains[kLanes] = {}, ceilings[kLanes] = {1, 1, 1, 1};
        for (std::size_t lane = 0; lane < count; ++lane) {
            gains[lane] = recording.settings[first + lane].gain;
            ceilings[lane] = recording.settings[first + lane].ceiling;
        }
        gain = _mm_load_ps(gains);
        ceiling = _mm_load_ps(ceilings);
    }

    void decode(std::size_t start, std::size_t length, __m128* block) const {
        for (std::size_t i = 0; i < length; ++i) {
            alignas(16) float values[kLanes] = {};
            for (std::size_t lane = 0; lane < count; ++lane) {
                values[lane] = recording.samples[(first + lane) * recording.length + start + i];
            }
            block[i] = _mm_mul_ps(_mm_mul_ps(_mm_load_ps(values), _mm_set1_ps(1 / kFullScale)), gain);
        }
    }

    // Sends a block through everything and adds it to the mix; a silent one is left out.
    void process(std::size_t start, std::size_t length, float* mix) {
        __m128 block[kBlock];
        __m128* quads = reinterpret_cast<__m128*>(states.data());
        const std::size_t stage_count = recording.stage_count;
        decode(start, length, block);
        if (!any_above(block, length, 0.0f) && !any_above(quads, stage_count, kQuiet)) {
            std::fill(states.begin(), states.end(), 0.0f);
            level = _mm_mul_ps(level, _mm_set1_ps(std::pow(kRelease, static_cast<float>(length))));
            return;
        }
        for (std::size_t done = 0, size = 0; done < stage_count; done += size) {
            size = std::min(std::size(kGroups), stage_count - done);
            kGroups[size - 1](block, length, recording.stages + done, quads + done);
        }
        limit(block, length);
        add(block, length, mix);
    }

    void limit(__m128* block, std::size_t length) {
        __m128 followed = level;
        for (std::size_t i = 0; i < length; ++i) {
            const __m128 released = _mm_mul_ps(followed, _mm_set1_ps(kRelease));
            followed = _mm_max_ps(_mm_andnot_ps(kSign, block[i]), released);
            block[i] = _mm_mul_ps(block[i], _mm_div_ps(ceiling, _mm_max_ps(followed, ceiling)));
        }
        level = followed;
    }

    // Adds a block to the mix and to peak and energy.
    void add(const __m128* block, std::size_t length, float* mix) {
        __m128 highest = peak, squares = _mm_setzero_ps();
        for (std::size_t i = 0; i < length; ++i) {
            highest = _mm_max_ps(highest, _mm_andnot_ps(kSign, block[i]));
            squares = _mm_add_ps(squares, _mm_mul_ps(block[i], block[i]));
            __m128 pairs = _mm_add_ps(block[i], _mm_movehl_ps(block[i], block[i]));
            mix[i] += _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
        }
        peak = highest;
        alignas(16) float sums[kLanes];
        _mm_store_ps(sums, squares);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            energy[lane] += sums[lane];
        }
    }

    void report(Level* levels) const {
        alignas(16) float peaks[kLanes];
        _mm_store_ps(peaks, peak);
        for (std::size_t lane = 0; lane < count; ++lane) {
            double power = recording.length == 0 ? 0.0 : energy[lane] / recording.length;
            levels[first + lane] = {peaks[lane], static_cast<float>(power)};
        }
    }
};

}  // namespace

extern "C" void mix_channels(const Recording& recording, float* mix, Level* levels) {
    std::fill(mix, mix + recording.length, 0.0f);
    for (std::size_t first = 0; first + kLanes <= recording.channels || first == 0; first += kLanes) {
        Lanes lanes(recording, first);
        for (std::size_t start = 0; start < recording.length; start += kBlock) {
            lanes.process(start, std::min(kBlock, recording.length - start), mix + start);
        }
        lanes.report(levels);
    }
}
