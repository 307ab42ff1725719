#include <cstdio>

int worth(unsigned char letter) {
    int value = 0;
    for (int bit = 0; bit < 8; ++bit) {
        value += (letter >> bit & 1) * bit;
    }
    return value;
}

int main() {
    const char* text = "some letters";
    int sum = 0;
    for (const char* at = text; *at != 0; ++at) {
        sum += worth(static_cast<unsigned char>(*at));
    }
    std::printf("%d\n", sum);
}
