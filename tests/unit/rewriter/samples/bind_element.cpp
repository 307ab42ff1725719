#include <cstdio>
#include <vector>

struct Point {
    int x;
    int y;
};

int main() {
    std::vector<Point> points = {{1, 2}, {3, 4}, {5, 6}};
    int sum = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        sum += points[i].x * 10;
        sum += points[i].y;
    }
    std::printf("%d\n", sum);
}
