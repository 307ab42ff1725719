#include <vector>

struct Point {
    int x;
    int y;
};

void add(std::vector<Point>& points) { points.push_back(Point{1, 2}); }
