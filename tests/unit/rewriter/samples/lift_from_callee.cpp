#include <cstdio>
#include <vector>

std::vector<int> grey(const std::vector<int>& picture) {
    std::vector<int> result(picture.size());
    for (std::size_t i = 0; i < picture.size(); ++i) result[i] = picture[i] / 3;
    return result;
}

int above(const std::vector<int>& picture, int limit) {
    std::vector<int> shades = grey(picture);
    int count = 0;
    for (int shade : shades) count += shade > limit ? 1 : 0;
    return count;
}

int main() {
    std::vector<int> picture;
    for (int i = 0; i < 40; ++i) picture.push_back(i * 17 % 61);
    int sum = 0;
    for (int limit = 0; limit < 20; ++limit) {
        sum = sum * 3 % 100003 + above(picture, limit);
    }
    std::printf("%d\n", sum);
}
