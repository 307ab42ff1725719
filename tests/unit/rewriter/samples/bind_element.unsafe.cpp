#include <vector>

struct Point {
    int x;
    int y;
};

void flip(std::vector<Point>& points) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        int old = points[i].x;
        points[i].x = points[i].y;
        points[i].y = old;
    }
}
