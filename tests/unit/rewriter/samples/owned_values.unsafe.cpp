#include <memory>
#include <vector>

struct Link {
    int value = 0;
    std::unique_ptr<Link> next;
};

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};

struct Room {
    std::vector<std::unique_ptr<Shape>> shapes;
};

struct Leaf {
    int size = 0;
};

int sizes(const std::vector<std::unique_ptr<Leaf>>& leaves) {
    int sum = 0;
    for (const auto& leaf : leaves) {
        if (leaf != nullptr) sum += leaf->size;
    }
    return sum;
}

double areas(const Room& room) {
    double sum = 0;
    for (const auto& shape : room.shapes) sum += shape->area();
    return sum;
}
