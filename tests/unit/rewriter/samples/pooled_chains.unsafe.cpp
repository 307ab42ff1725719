#include <vector>

// Inner vectors are indexed.
int corner(const std::vector<std::vector<int>>& rows) {
    return rows[0][1];
}

class Grid {
public:
    void add(int row, int value) { rows_[row].push_back(value); }
    int at(int row, int column) const { return rows_[row][column]; }

private:
    std::vector<std::vector<int>> rows_;
};

// An inner vector is copied out.
class Queues {
public:
    std::vector<int> take(int which) {
        std::vector<int> taken = queues_[which];
        return taken;
    }

private:
    std::vector<std::vector<int>> queues_;
};
