#include <cstdio>
#include <vector>

int main() {
    std::vector<int> values = {5, 6, 7};
    int sum = 0;
    for (int i = 0; i < static_cast<int>(values.size()); ++i) {
        sum += values[i];
    }
    std::printf("%d\n", sum);
}
