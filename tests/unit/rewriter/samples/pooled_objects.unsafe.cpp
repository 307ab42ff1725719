#include <memory>
#include <vector>

// Made side by side already; a base class, whose heirs are larger; an array.
struct Point {
    int x;
    int y;
};

std::vector<Point> points() { return std::vector<Point>(10); }

struct Shape {
    virtual ~Shape() = default;
};

struct Circle : Shape {
    double radius = 1;
};

std::unique_ptr<Shape> shape() { return std::make_unique<Circle>(); }

struct Cell {
    int value;
};

Cell* cells() { return new Cell[7]; }
