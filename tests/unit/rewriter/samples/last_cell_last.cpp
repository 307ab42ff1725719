#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

int main() {
    const std::vector<std::string> names = {"", "a", "kitten", "sitting", "\xff\x80", "a name of some length"};
    std::vector<std::uint32_t> row;
    for (const std::string& pattern : names) {
        for (const std::string& name : names) {
            row.resize(pattern.size() + 1);
            std::iota(row.begin(), row.end(), 0);
            for (const char c : name) {
                std::uint32_t corner = row[0]++;
                for (std::size_t k = 0; k < pattern.size(); ++k) {
                    const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
                    const std::uint32_t other = corner + (pattern[k] != c);
                    corner = row[k + 1];
                    row[k + 1] = std::min(step, other);
                }
            }
            std::uint64_t sum = 1;
            sum += row.back();
            std::printf("%u ", static_cast<unsigned>(sum));
        }
    }
    std::printf("\n");
}
