#pragma once

#include <cstdint>

// Returns a number that depends on `chunks` pieces of equal work, each begun from `seed`.
extern "C" std::uint64_t work(std::uint32_t seed, std::uint32_t chunks);
