#include <cstdio>

int main() {
    int n = 0;
    for (int i = 0; i < 5; i++) {
        n++;
    }
    std::printf("%d\n", n);
}
