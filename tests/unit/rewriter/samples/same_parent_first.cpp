#include <algorithm>
#include <cstdio>
#include <numeric>
#include <utility>
#include <vector>

class Groups {
public:
    explicit Groups(int count) : above_(count) { std::iota(above_.begin(), above_.end(), 0); }

    bool join(int one, int other) {
        one = top(one);
        other = top(other);
        above_[std::max(one, other)] = std::min(one, other);
        return one != other;
    }

    int top(int place) {
        while (above_[place] != place) {
            above_[place] = above_[above_[place]];
            place = above_[place];
        }
        return place;
    }

private:
    std::vector<int> above_;
};

class Sets {
public:
    explicit Sets(unsigned count) : parent(count), size(count, 1) {
        for (unsigned i = 0; i < count; ++i) parent[i] = i;
    }

    int unite(unsigned a, unsigned b) {
        a = find(a);
        b = find(b);
        if (b == a) return 0;
        if (size[a] < size[b]) std::swap(a, b);
        parent[b] = a;
        size[a] += size[b];
        return size[a];
    }

    unsigned find(unsigned x) {
        while (parent[x] != x) x = parent[x] = parent[parent[x]];
        return x;
    }

private:
    std::vector<unsigned> parent;
    std::vector<unsigned> size;
};

int main() {
    Groups groups(200);
    Sets sets(200);
    for (int i = 0; i < 700; ++i) {
        const int one = i * i % 199, other = i * 37 % 200;
        std::printf("%d %d ", groups.join(one, other), sets.unite(one, other));
        std::printf("%d %u ", groups.top(i % 200), sets.find(i % 200));
    }
    std::printf("\n");
}
