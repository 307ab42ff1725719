#include <cstdio>
#include <vector>

int main() {
    std::vector<int> values = {4, 8, 15, 16, 23, 42};
    int sum = 0, most = 0;
    for (int value : values) {
        sum += value;
    }
    for (int value : values) {
        if (value > most) most = value;
    }
    std::printf("%d %d\n", sum, most);
}
