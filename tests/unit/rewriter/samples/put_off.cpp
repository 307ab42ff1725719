#include <cstdio>
#include <vector>

int cost_of(int distance) {
    int cost = 0;
    for (int i = 0; i < distance; ++i) cost += i % 3;
    return cost;
}

int main() {
    int sum = 0;
    for (int i = 0; i < 50; ++i) {
        const int cost = cost_of(i);
        if (i % 5 == 0) {
            sum += cost * 2;
        }
    }
    std::printf("%d\n", sum);
}
