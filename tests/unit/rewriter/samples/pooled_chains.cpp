#include <cstdio>
#include <vector>

struct Road {
    int to;
    int length;
};

class Roads {
public:
    explicit Roads(int towns) : from_(towns) {}

    void add(int from, int to, int length) {
        std::vector<Road>& roads = from_[from];
        roads.push_back({to, length});
        from_[to].push_back({from, length});
    }

    int around(int town) const {
        int sum = 0;
        for (const Road& road : from_[town]) sum = sum * 3 + road.length + road.to;
        return sum;
    }

    int all() const {
        int sum = 0;
        for (const std::vector<Road>& roads : from_) {
            for (const Road& road : roads) sum += road.length;
        }
        return sum;
    }

private:
    std::vector<std::vector<Road>> from_;
};

int main() {
    Roads roads(12);
    for (int i = 0; i < 600; ++i) roads.add(i % 12, (i * 7) % 12, i % 19);
    std::printf("%d %d %d\n", roads.around(0), roads.around(7), roads.all());
}
