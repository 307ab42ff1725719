#include <cstdio>

int first_above(const int* values, int n, int limit) {
    for (int i = 0; i < n; ++i) {
        if (values[i] > limit) {
            return i;
        }
    }
    return -1;
}

int main() {
    int values[] = {1, 5, 9, 2};
    std::printf("%d\n", first_above(values, 4, 6));
}
