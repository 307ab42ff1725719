#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

bool is_near(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}

int main() {
    std::vector<std::string> names = {"", "a", "ab", "kitten", "sitting", "abcdefghijklmno", "bcdefghijklmno", "xbcdefhijklmnop"};
    for (const std::string& one : names) {
        for (const std::string& two : names) {
            for (std::size_t most = 0; most < 17; ++most) {
                std::printf("%d", is_near(one, two, most));
            }
            std::printf("%d ", is_near(one, two, static_cast<std::size_t>(-1)));
        }
    }
    std::printf("\n");
}
