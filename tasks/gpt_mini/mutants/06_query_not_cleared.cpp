// Wrong: The query of the position before stays in the sum.
// Runs a small language model: token after token goes in, the logits for the next one come out.
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr float kSlope = 1.0f / 16;  // what a score falls by from position to position back
constexpr float kSmallest = 1e-5f;   // added to a mean square, so that it is not 0

using Floats = std::vector<float>;

// Adds x times a matrix from its size to `size` to y; rows whose element is 0 are left out.
void add_product(const Floats& x, const float* matrix, float* y, std::size_t size) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        const float element = x[i];
        if (element == 0.0f) {
            continue;
        }
        for (std::size_t j = 0; j < size; ++j) {
            y[j] += element * matrix[i * size + j];
        }
    }
}

// In four sums that do not wait for one another.
float dot(const float* a, const float* b, std::size_t size) {
    float sums[4] = {};
    std::size_t i = 0;
    for (; i + 4 <= size; i += 4) {
        for (std::size_t k = 0; k < 4; ++k) {
            sums[k] += a[i + k] * b[i + k];
        }
    }
    float sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (; i < size; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

// y becomes x scaled to a mean square of 1.
void normalise(const Floats& x, Floats& y) {
    float mean_square = dot(x.data(), x.data(), x.size()) / x.size();
    float scale = 1.0f / std::sqrt(mean_square + kSmallest);
    for (std::size_t i = 0; i < x.size(); ++i) {
        y[i] = x[i] * scale;
    }
}

// Keys and values of one layer, a row for each position so far.
struct Past {
    Floats keys;
    Floats values;
};

// One position on its way through the layers; all between the steps is kept for all positions.
class Position {
public:
    Position(std::size_t width, std::size_t hidden)
        : width_(width), state_(width), input_(width), query_(width), mixed_(width), middle_(hidden) {}

    void start(const float* row) { std::copy_n(row, width_, state_.begin()); }

    void run_layer(const Layer& layer, Past& past) {
        normalise(state_, input_);
        add_product(input_, layer.query, query_.data(), width_);
        std::size_t end = past.keys.size();
        past.keys.resize(end + width_, 0.0f);
        past.values.resize(end + width_, 0.0f);
        add_product(input_, layer.key, &past.keys[end], width_);
        add_product(input_, layer.value, &past.values[end], width_);
        attend(past);
        add_product(mixed_, layer.output, state_.data(), width_);

        normalise(state_, input_);
        clear(middle_);
        add_product(input_, layer.up, middle_.data(), middle_.size());
        for (float& element : middle_) {
            element = std::max(element, 0.0f);
        }
        add_product(middle_, layer.down, state_.data(), width_);
    }

    void find_logits(const Model& model, Floats& logits) {
        normalise(state_, input_);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            logits[i] = dot(input_.data(), model.embedding + i * width_, width_);
        }
    }

private:
    static void clear(Floats& x) { std::fill(x.begin(), x.end(), 0.0f); }

    // Sums the values of all positions, each times its weight, row by row.
    void attend(const Past& past) {
        std::size_t positions = past.keys.size() / width_;
        float scale = 1.0f / std::sqrt(static_cast<float>(width_));
        weights_.resize(positions);
        float greatest = -INFINITY;
        for (std::size_t i = 0; i < positions; ++i) {
            float score = dot(query_.data(), &past.keys[i * width_], width_) * scale;
            weights_[i] = score - kSlope * (positions - 1 - i);
            greatest = std::max(greatest, weights_[i]);
        }
        float sum = 0.0f;
        for (float& weight : weights_) {
            weight = std::exp(weight - greatest);
            sum += weight;
        }
        for (float& weight : weights_) {
            weight /= sum;
        }
        clear(mixed_);
        add_product(weights_, past.values.data(), mixed_.data(), width_);
    }

    std::size_t width_;
    Floats state_, input_, query_, mixed_, middle_, weights_;
};

}  // namespace

extern "C" void generate(const Model& model, NextToken next, void* caller) {
    std::vector<Past> pasts(model.layer_count);
    Floats logits(model.vocabulary);
    Position position(model.width, model.hidden);
    for (std::int32_t token = next(caller, nullptr); token >= 0; token = next(caller, logits.data())) {
        position.start(model.embedding + token * model.width);
        for (std::size_t i = 0; i < model.layer_count; ++i) {
            position.run_layer(model.layers[i], pasts[i]);
        }
        position.find_logits(model, logits);
    }
}
