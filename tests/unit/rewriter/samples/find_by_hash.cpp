#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

int main() {
    const std::vector<std::string> lines = {"aaaa", "", "abcabcab", "a line with many letters, many, many letters"};
    const std::vector<std::string_view> parts = {{}, "aa", "", "abc", "many", "s", "letters and more"};
    for (const std::string& line : lines) {
        for (const std::string_view part : parts) {
            std::size_t count = 0;
            for (std::size_t at = line.find(part); at != line.npos; at = line.find(part, at + 1)) {
                count += at + 1;
            }
            std::printf("%zu ", count);
        }
    }
    std::printf("\n");
}
