#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

std::size_t shared(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 0;
    while (same < most && one[same] == two[same]) {
        ++same;
    }
    return same;
}

std::size_t alike(const std::vector<int>& a, const std::vector<int>& b) {
    std::size_t n = 0;
    const std::size_t end = std::min(b.size(), a.size());
    while (n < end && a[n] == b[n]) n++;
    return n;
}

int main() {
    const std::vector<std::string> names = {"", "ab", "abc", "abd", "abcd", "b", "abcdefghijk", "abcdefghijx", "abc"};
    const std::vector<std::vector<int>> rows = {{1, 2, 3}, {}, {1, 2, 4, 5}, {1, 2, 4, 5, 6}, {2}, {1}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::size_t longest = 0;
        for (std::size_t k = 0; k < names.size(); ++k) {
            if (k != i) {
                longest = std::max(longest, shared(names[i], names[k]));
            }
        }
        std::printf("%zu ", longest);
    }
    for (const auto& one : rows) {
        std::size_t most = 0;
        for (const auto& two : rows) {
            if (&one == &two) continue;
            most = std::max(alike(two, one), most);
        }
        std::printf("%zu ", most);
    }
    std::printf("\n");
}
