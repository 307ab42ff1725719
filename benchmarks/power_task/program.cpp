// Sorting, floating point, look-ups and allocation in chunks of equal work; EXTRA chunks are done for nothing.
#include "task.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#define EXTRA 0

namespace {

constexpr std::size_t kNumbers = 96;
constexpr std::size_t kTable = 1 << 15;

std::uint64_t chunk(std::uint32_t x, std::vector<std::uint32_t>& table) {
    std::uint32_t numbers[kNumbers];
    for (auto& number : numbers) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        number = x;
        table[x % kTable] += x;
    }
    std::unordered_map<std::uint32_t, std::uint32_t> counts;
    for (std::size_t i = 0; i < kNumbers; i += 4) counts[numbers[i] % 16] += numbers[i];
    std::sort(numbers, numbers + kNumbers);
    double sum = 0;
    for (std::size_t i = 0; i < kNumbers; ++i) sum += numbers[i] * static_cast<double>(i & 7);
    return static_cast<std::uint64_t>(sum) + counts.size() + table[numbers[0] % kTable];
}

}  // namespace

extern "C" std::uint64_t work(std::uint32_t seed, std::uint32_t chunks) {
    std::vector<std::uint32_t> table(kTable);
    std::uint64_t answer = 0;
    for (std::uint32_t i = 0; i < chunks; ++i) answer += chunk(seed + i * 2654435761u, table);
    volatile std::uint64_t nothing = 0;
    for (std::uint32_t i = 0; i < EXTRA; ++i) nothing = nothing + chunk(seed - i * 2246822519u, table);
    return answer;
}
