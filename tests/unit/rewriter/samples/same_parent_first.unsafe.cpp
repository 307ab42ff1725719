#include <utility>
#include <vector>

// The length of a path is read elsewhere.
class Measured {
public:
    explicit Measured(int count) : above_(count) {}
    bool join(int one, int other) {
        one = top(one);
        other = top(other);
        if (one == other) return false;
        above_[one] = other;
        return true;
    }
    int depth(int place) const {
        int steps = 0;
        for (; above_[place] != place; place = above_[place]) ++steps;
        return steps;
    }

private:
    int top(int place) {
        while (above_[place] != place) {
            above_[place] = above_[above_[place]];
            place = above_[place];
        }
        return place;
    }
    std::vector<int> above_;
};

// A root of its own kind, an effect where both are one, and a search that counts.
class Others {
public:
    explicit Others(int count) : up_(count) {}
    bool join(int one, int other) {
        one = root(one);
        other = root(other);
        ++joined_;
        up_[one] = other;
        return one != other;
    }
    int root(int place) {
        while (up_[place] != place) {
            up_[place] = up_[up_[place]];
            place = up_[place];
        }
        return place;
    }

private:
    int joined_ = 0;
    std::vector<int> up_;
};

class Counting {
public:
    explicit Counting(int count) : link_(count) {}
    bool join(int one, int other) {
        one = head(one);
        other = head(other);
        if (one == other) return false;
        link_[one] = other;
        return true;
    }
    int looks = 0;

private:
    int head(int place) {
        while (link_[place] != place) {
            ++looks;
            place = link_[place];
        }
        return place;
    }
    std::vector<int> link_;
};

class Answering {
public:
    explicit Answering(int count) : next_(count) {}
    int join(int one, int other) {
        one = leader(one);
        other = leader(other);
        if (one == other) return one;
        next_[one] = other;
        return other;
    }

private:
    int leader(int place) {
        while (next_[place] != place) {
            next_[place] = next_[next_[place]];
            place = next_[place];
        }
        return place;
    }
    std::vector<int> next_;
};
