#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> names = {"", "a", "ba", "xabcdefgh", "abcdefgh", "yabcdefgh", "bbcdefgh", "abcdef\xffh"};
    names.push_back("a much longer one that ends with h");
    std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
        return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
    });
    for (const std::string& name : names) {
        std::printf("%zu:%d,", name.size(), name.empty() ? 0 : name[0]);
    }
    std::printf("\n");
}
