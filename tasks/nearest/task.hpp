// What the program provides: nearest(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// Writes to before[i] how many of values[0..i) equal values[i].
extern "C" void nearest(const std::uint32_t* values, std::size_t count, std::uint32_t* before);
