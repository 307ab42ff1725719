// Wrong: Channels beyond the last full four are left out.
// Sends each channel of a recording through a chain of stages and a limiter, measures it and mixes all of them.
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <immintrin.h>
#include <vector>

namespace {

constexpr std::size_t kLanes = 4;
constexpr std::size_t kBlock = 256;  // samples of the lanes that are processed before the next step
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

    // Sends each sample through all stages before the next one.
    void run_stages(__m128* block, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i) {
            __m128 value = block[i];
            for (std::size_t number = 0; number < recording.stage_count; ++number) {
                const __m128 share = _mm_set1_ps(recording.stages[number].share);
                __m128 state = _mm_loadu_ps(&states[number * kLanes]);
                state = _mm_add_ps(state, _mm_mul_ps(share, _mm_sub_ps(value, state)));
                _mm_storeu_ps(&states[number * kLanes], state);
                value = recording.stages[number].kind == kSmooth ? state : _mm_sub_ps(value, state);
            }
            block[i] = value;
        }
    }

    void limit(__m128* block, std::size_t length) {
        const __m128 sign = _mm_set1_ps(-0.0f);
        for (std::size_t i = 0; i < length; ++i) {
            level = _mm_max_ps(_mm_andnot_ps(sign, block[i]), _mm_mul_ps(level, _mm_set1_ps(kRelease)));
            block[i] = _mm_mul_ps(block[i], _mm_div_ps(ceiling, _mm_max_ps(level, ceiling)));
        }
    }

    // Adds a block to the mix and to peak and energy.
    void add(const __m128* block, std::size_t length, float* mix) {
        const __m128 sign = _mm_set1_ps(-0.0f);
        __m128 squares = _mm_setzero_ps();
        for (std::size_t i = 0; i < length; ++i) {
            peak = _mm_max_ps(peak, _mm_andnot_ps(sign, block[i]));
            squares = _mm_add_ps(squares, _mm_mul_ps(block[i], block[i]));
            __m128 pairs = _mm_add_ps(block[i], _mm_movehl_ps(block[i], block[i]));
            mix[i] += _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
        }
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
    TinyIsZero guard;
    std::fill(mix, mix + recording.length, 0.0f);
    __m128 block[kBlock];
    for (std::size_t first = 0; first + kLanes <= recording.channels || first == 0; first += kLanes) {
        Lanes lanes(recording, first);
        for (std::size_t start = 0; start < recording.length; start += kBlock) {
            std::size_t length = std::min(kBlock, recording.length - start);
            lanes.decode(start, length, block);
            lanes.run_stages(block, length);
            lanes.limit(block, length);
            lanes.add(block, length, mix + start);
        }
        lanes.report(levels);
    }
}
