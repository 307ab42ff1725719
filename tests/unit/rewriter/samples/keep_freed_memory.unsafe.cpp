#include <cstdio>

// Nothing on the heap.
long filled(int seed) {
    int values[100];
    long sum = 0;
    for (int i = 0; i < 100; ++i) values[i] = seed;
    for (int i = 0; i < 100; ++i) sum += values[i];
    return sum;
}

int main() {
    std::printf("%ld\n", filled(3));
}
