#include <algorithm>
#include <cstdio>
#include <vector>

int median(std::vector<int> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2] * 100 + values.front();
}

int main() {
    std::vector<int> up, mixed;
    for (int i = 0; i < 21; ++i) {
        up.push_back(i * 2);
        mixed.push_back((i * 13) % 21);
    }
    std::printf("%d %d\n", median(up), median(mixed));
}
