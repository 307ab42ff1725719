#include <cstddef>
#include <vector>

// A ring: neighbours must stay neighbours.
class Ring {
public:
    Ring() : slots_(8) {}
    void put(std::size_t at, int value) { slots_[at & (slots_.size() - 1)] = value; }
    int get(std::size_t at) const { return slots_[at & (slots_.size() - 1)]; }

private:
    std::vector<int> slots_;
};
