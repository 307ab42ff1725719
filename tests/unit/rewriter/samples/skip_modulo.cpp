#include <cstdint>
#include <cstdio>

std::uint32_t check(const unsigned char* bytes, int count) {
    std::uint32_t low = 1, high = 0;
    for (int i = 0; i < count; ++i) {
        low = (low + bytes[i]) % 251;
        high = (high + low) % 251;
    }
    return high << 8 | low;
}

int main() {
    unsigned char bytes[100];
    for (int i = 0; i < 100; ++i) bytes[i] = static_cast<unsigned char>(i * 37);
    std::printf("%u\n", check(bytes, 100));
}
