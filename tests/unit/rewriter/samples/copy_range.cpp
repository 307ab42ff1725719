#include <cstdio>
#include <vector>

void put(std::vector<int>& to, std::size_t at, const std::vector<int>& from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        to[at + i] = from[i];
    }
}

int main() {
    std::vector<int> to(30), from;
    for (int i = 0; i < 20; ++i) from.push_back(i * 3 + 1);
    put(to, 5, from, 11);
    int sum = 0;
    for (int each : to) sum = sum * 3 + each;
    std::printf("%d\n", sum);
}
