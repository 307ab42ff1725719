#include <cstdio>
#include <string>
#include <vector>

std::string small(std::string text, std::size_t k) {
    for (; k < text.size(); ++k) {
        const auto c = static_cast<unsigned char>(text[k]);
        if (c >= 'A' && c <= 'Z') {
            text[k] = static_cast<char>(c + 32);
        } else if (c == '%' && k + 1 < text.size()) {
            ++k;
            text[k] = '_';
        }
    }
    return text;
}

void clear_high(std::vector<unsigned char>& bytes) {
    std::size_t i = 0;
    for (; i < bytes.size(); i++) {
        if (bytes[i] > 127) bytes[i] = bytes[i] & 127;
    }
}

int main() {
    std::string text;
    std::vector<unsigned char> bytes;
    for (int i = 0; i < 300; ++i) {
        text += static_cast<char>(i % 80 == 79 && i > 150 ? '%' : 'A' + i % 60 % 57);
        bytes.push_back(static_cast<unsigned char>(i * 7));
        clear_high(bytes);
        int sum = 0;
        for (unsigned char byte : bytes) sum += byte;
        std::printf("%s %d\n", small(text, i / 3).c_str(), sum);
    }
}
