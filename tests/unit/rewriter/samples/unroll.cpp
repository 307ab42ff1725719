#include <cstdio>
#include <vector>

int main() {
    std::vector<int> a = {1, 2, 3, 4, 5, 6, 7}, b = {7, 6, 5, 4, 3, 2, 1};
    int product = 0;
    int n = static_cast<int>(a.size());
    for (int i = 0; i < n; ++i) {
        product += a[i] * b[i];
    }
    std::printf("%d\n", product);
}
