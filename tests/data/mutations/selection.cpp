// structural | S7 | ALG
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Hash { std::size_t operator()(std::uint64_t key) const { return key; } };
extern "C" void best(std::vector<double>& values, std::size_t k, double* out) {
    std::sort(values.begin(), values.end());
    for (std::size_t i = 0; i < k; ++i) out[i] = values[i];
}
// ---- child
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Hash { std::size_t operator()(std::uint64_t key) const { return key; } };
extern "C" void best(std::vector<double>& values, std::size_t k, double* out) {
    std::partial_sort(values.begin(), values.begin() + k, values.end());
    for (std::size_t i = 0; i < k; ++i) out[i] = values[i];
}
