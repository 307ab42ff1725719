#include <cstdio>
#include <vector>

long filled(int seed) {
    std::vector<int> values(40000, seed);
    long sum = 0;
    for (int value : values) sum += value;
    return sum;
}

int main() {
    long sum = 0;
    for (int i = 0; i < 5; ++i) sum += filled(i);
    std::printf("%ld\n", sum);
}
