#include <cstdint>
#include <cstdio>
#include <string>

std::uint32_t checksum(const std::string& bytes) {
    std::uint32_t sum = 0xffffffff;
    for (unsigned char byte : bytes) {
        sum ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
        }
    }
    return ~sum;
}

std::uint64_t seal(std::uint64_t rest, std::uint64_t word) {
    for (int at = 48; at > 0; --at) {
        const std::uint64_t odd = (rest ^ word) & 1u;
        word >>= 1;
        rest = (rest >> 1) ^ (odd != 0 ? 0xc96c5795d7870f42u : 0u);
    }
    return rest + word;
}

std::uint16_t narrow(std::uint16_t rest, std::uint32_t word) {
    for (std::size_t i = 0; i < 16; i++) {
        rest = rest >> 1 ^ ((rest ^ static_cast<std::uint16_t>(word)) & 1 ? 0xa001 : 0);
        word >>= 1;
    }
    return rest;
}

int main() {
    std::string bytes;
    std::uint64_t rest = 1;
    for (unsigned i = 0; i < 300; ++i) {
        bytes.push_back(static_cast<char>(i * 37));
        rest = seal(rest, rest * 7919 + i);
        std::printf("%u %u %llu ", checksum(bytes), narrow(rest, i * 99991), static_cast<unsigned long long>(rest));
    }
    std::printf("\n");
}
