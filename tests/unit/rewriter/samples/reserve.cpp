#include <cstdio>
#include <vector>

int main() {
    std::vector<int> squares;
    for (int i = 0; i < 20; ++i) {
        squares.push_back(i * i);
    }
    std::printf("%d %zu\n", squares.back(), squares.size());
}
