#include <cstdio>
#include <vector>

int main() {
    std::vector<int> values = {2, 4, 6};
    int sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] += 1;
        sum += values[i];
    }
    std::printf("%d\n", sum);
}
