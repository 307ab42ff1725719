#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

std::string_view whole(const std::string& line) { return line; }

int main() {
    std::string line = "a";
    for (int i = 0; i < 40; ++i) {
        for (int sought = 0; sought < 256; sought += 5) {
            const char letter = static_cast<char>(sought);
            std::uint64_t count = 0;
            int again = 3;
            for (const char c : whole(line)) {
                count += c == letter;
            }
            for (char each : line) again += 'a' == each;
            std::printf("%llu %d ", static_cast<unsigned long long>(count), again);
        }
        line += static_cast<char>(i * 45 % 256);
    }
    std::printf("\n");
}
