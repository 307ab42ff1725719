// What the program provides: pack_block(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

constexpr std::size_t kShortest = 4;     // bytes of a copy
constexpr std::size_t kLongest = 300;    // bytes of a copy
constexpr std::size_t kReach = 65536;    // how far back the source of a copy may begin
constexpr std::size_t kMostPlain = 128;  // plain bytes in one item

// Packs data[0..size) into packed[0..), which has room for size + size / kMostPlain + 16 bytes.
// Returns how many bytes were written.
extern "C" std::size_t pack_block(const std::uint8_t* data, std::size_t size, std::uint8_t* packed);
