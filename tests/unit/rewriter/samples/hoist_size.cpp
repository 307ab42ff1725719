#include <cstdio>
#include <vector>

int main() {
    std::vector<int> heights = {3, 1, 4, 1, 5};
    int sum = 0;
    for (std::size_t i = 0; i < heights.size(); ++i) {
        sum += heights[i] * static_cast<int>(i);
    }
    std::printf("%d\n", sum);
}
