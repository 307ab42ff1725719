#pragma once
#include <cstddef>
#include <cstdint>

extern "C" std::uint64_t add_up(const std::uint32_t* numbers, std::size_t count);
