// What the program provides: generate(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// Matrices lie row by row; a matrix "from a to b" has a rows of b elements and takes x to the sums
// y[j] = x[0] * m[0][j] + x[1] * m[1][j] + ...
struct Layer {
    const float* query;   // from width to width
    const float* key;     // from width to width
    const float* value;   // from width to width
    const float* output;  // from width to width
    const float* up;      // from width to hidden
    const float* down;    // from hidden to width
};

struct Model {
    std::size_t width;
    std::size_t hidden;
    std::size_t vocabulary;
    std::size_t layer_count;
    const float* embedding;  // a row of `width` elements for each token
    const Layer* layers;
};

// Takes the logits of the position just done (nullptr before the first one) and returns the token of the next
// position, or -1 after the last one.
using NextToken = std::int32_t (*)(void* caller, const float* logits);

// Asks for token after token and gives the logits of each, one for each token of the vocabulary.
extern "C" void generate(const Model& model, NextToken next, void* caller);
