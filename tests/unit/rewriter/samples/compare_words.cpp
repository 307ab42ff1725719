#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

std::size_t equal_from(const std::vector<std::uint8_t>& bytes, std::size_t a, std::size_t b, std::size_t most) {
    std::size_t length = 0;
    while (length < most && bytes[a + length] == bytes[b + length]) {
        ++length;
    }
    return length;
}

int main() {
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < 120; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 30 + (i == 71)));
    std::size_t sum = 0;
    for (std::size_t a = 0; a < 30; ++a) sum = sum * 3 % 100003 + equal_from(bytes, a, a + 30, 120 - 30 - a);
    std::printf("%zu\n", sum);
}
