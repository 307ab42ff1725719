#include <cstdio>

double faded(int turns) {
    double level = 1.0;
    for (int i = 0; i < turns; ++i) {
        level = level * 0.5 + 0.25;
    }
    return level;
}

int main() {
    std::printf("%.6f %.6f\n", faded(3), faded(4000));
}
