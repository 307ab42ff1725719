#include <cstdio>
#include <string>
#include <vector>

int digits_of(int number) {
    std::string text;
    while (number > 0) {
        text += static_cast<char>('0' + number % 10);
        number /= 10;
    }
    return static_cast<int>(text.size());
}

int most_common(int seed, std::size_t kinds) {
    std::vector<int> counts(kinds);
    for (int i = 0; i < 50; ++i) ++counts[static_cast<std::size_t>(i * seed) % kinds];
    int most = 0;
    for (int count : counts) most = count > most ? count : most;
    return most;
}

int main() {
    int sum = 0;
    for (int i = 1; i < 400; ++i) sum = (sum * 3 + digits_of(i * 7) + most_common(i, 5 + i % 7)) % 100003;
    std::printf("%d\n", sum);
}
