// Follows a random ring of 32 MB, one line of memory a step, then branches on random bits.
#include "ground.hpp"
#include <numeric>
#include <vector>

struct alignas(64) Node {
    std::uint32_t next;
};

static std::uint64_t state = 7;
static std::uint64_t random_word() { return STEP(state) >> 33; }

static std::vector<Node> ring(std::uint32_t size) {
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0u);
    for (std::uint32_t i = size - 1; i > 0; --i) std::swap(order[i], order[random_word() % i]);
    std::vector<Node> nodes(size);
    for (std::uint32_t i = 0; i < size; ++i) nodes[order[i]].next = order[(i + 1) % size];
    return nodes;
}

static std::uint32_t chase(const std::vector<Node>& nodes, std::uint64_t steps) {
    std::uint32_t at = 0;
    while (steps-- > 0)
        at = nodes[at].next;  // CHASE
    return at;
}

static std::uint64_t branch(std::uint64_t rounds) {
    std::uint64_t x = 1;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        STEP(state);
        if (state >> 63)  // BRANCH
            x = x * 3 + i;
        else
            x ^= x >> 7;
        asm volatile("" : "+r"(x));
    }
    return x;
}

int main() {
    const std::uint64_t n = size_of_input();
    const std::vector<Node> nodes = ring(1u << 19);
    const std::uint32_t end = chase(nodes, 2000 * n);
    const std::uint64_t x = branch(2000 * n);
    tell("STEPS", static_cast<double>(2000 * n));
    return end == nodes.size() || x == 0;
}
