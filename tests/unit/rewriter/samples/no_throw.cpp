#include <cstdio>

int clamp(int n, int most) { return n > most ? most : n; }

int main() { std::printf("%d\n", clamp(9, 5)); }
