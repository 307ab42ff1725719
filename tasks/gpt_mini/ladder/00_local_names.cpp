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

// x times a matrix from its size to `size`.
Floats multiply(const Floats& x, const float* matrix, std::size_t size) {
    Floats y(size, 0.0f);
    const std::size_t rows = x.size();
    const float* row = matrix;
    for (std::size_t i = 0; i < rows; ++i, row += size) {
        for (std::size_t j = 0; j < size; ++j) {
            y[j] += x[i] * row[j];
        }
    }
    return y;
}

inline void add(Floats& to, const Floats& x) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] += x[i];
    }
}

inline float dot(const float* a, const float* b, std::size_t size) {
    float sum = 0.0f;
    for (std::size_t i = 0; i < size; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

// x scaled to a mean square of 1.
Floats normalise(const Floats& x) {
    float mean_square = dot(x.data(), x.data(), x.size()) / x.size();
    float scale = 1.0f / std::sqrt(mean_square + kSmallest);
    Floats y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        y[i] = x[i] * scale;
    }
    return y;
}

// Exponentials of the scores, divided by their sum.
void to_weights(Floats& scores) {
    float greatest = *std::max_element(scores.begin(), scores.end());
    float sum = 0.0f;
    for (float& score : scores) {
        score = std::exp(score - greatest);
        sum += score;
    }
    for (float& score : scores) {
        score /= sum;
    }
}

// Keys and values of one layer, a row for each position so far.
struct Past {
    Floats keys;
    Floats values;
};

Floats attend(const Floats& query, const Past& past) {
    std::size_t width = query.size();
    std::size_t positions = past.keys.size() / width;
    Floats weights(positions);
    const float root = std::sqrt(static_cast<float>(width));
    const float* key = past.keys.data();
    for (std::size_t i = 0; i < positions; ++i, key += width) {
        weights[i] = dot(query.data(), key, width) / root - kSlope * (positions - 1 - i);
    }
    to_weights(weights);
    Floats mixed(width);
    for (std::size_t j = 0; j < width; ++j) {
        float sum = 0.0f;
        for (std::size_t i = 0; i < positions; ++i) {
            sum += weights[i] * past.values[i * width + j];
        }
        mixed[j] = sum;
    }
    return mixed;
}

void run_layer(const Layer& layer, std::size_t hidden, Past& past, Floats& state) {
    std::size_t width = state.size();
    Floats input = normalise(state);
    Floats query = multiply(input, layer.query, width);
    Floats key = multiply(input, layer.key, width);
    Floats value = multiply(input, layer.value, width);
    past.keys.insert(past.keys.end(), key.begin(), key.end());
    past.values.insert(past.values.end(), value.begin(), value.end());
    add(state, multiply(attend(query, past), layer.output, width));

    Floats middle = multiply(normalise(state), layer.up, hidden);
    for (float& element : middle) {
        element = std::max(element, 0.0f);
    }
    add(state, multiply(middle, layer.down, width));
}

}  // namespace

extern "C" void generate(const Model& model, NextToken next, void* caller) {
    std::vector<Past> pasts(model.layer_count);
    Floats logits(model.vocabulary);
    for (std::int32_t token = next(caller, nullptr); token >= 0; token = next(caller, logits.data())) {
        const float* row = model.embedding + token * model.width;
        Floats state(row, row + model.width);
        for (std::size_t i = 0; i < model.layer_count; ++i) {
            run_layer(model.layers[i], model.hidden, pasts[i], state);
        }
        Floats last = normalise(state);
        for (std::size_t i = 0; i < model.vocabulary; ++i) {
            logits[i] = dot(last.data(), model.embedding + i * model.width, model.width);
        }
    }
}
