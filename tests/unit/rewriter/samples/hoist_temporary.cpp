#include <cstdio>
#include <string>
#include <vector>

int main() {
    std::size_t sum = 0;
    for (int i = 0; i < 6; ++i) {
        std::vector<int> digits;
        std::string text;
        for (int j = 0; j < i; ++j) {
            digits.push_back(j);
            text += 'x';
        }
        sum += digits.size() + text.size();
    }
    std::printf("%zu\n", sum);
}
