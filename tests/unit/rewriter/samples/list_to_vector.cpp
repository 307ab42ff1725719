#include <cstdio>
#include <list>

int main() {
    std::list<int> line;
    for (int i = 0; i < 10; ++i) {
        line.push_back(i * 3);
    }
    int sum = 0;
    for (int value : line) sum = sum * 2 + value;
    std::printf("%d %zu\n", sum, line.size());
}
