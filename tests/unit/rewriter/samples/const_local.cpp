#include <cstdio>

int main() {
    int side = 4;
    int area = side * side;
    std::printf("%d\n", area + side);
}
