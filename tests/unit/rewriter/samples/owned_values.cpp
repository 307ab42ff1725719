#include <cstdio>
#include <memory>
#include <vector>

struct Branch {
    int leaves = 0;
    std::vector<std::unique_ptr<Branch>> twigs;
};

std::unique_ptr<Branch> grow(int depth) {
    std::unique_ptr<Branch> branch = std::make_unique<Branch>();
    branch->leaves = depth * 2 + 1;
    for (int i = 0; i < depth; ++i) {
        branch->twigs.push_back(grow(depth - 1));
    }
    return branch;
}

int count(const Branch& branch) {
    int sum = branch.leaves;
    for (const auto& twig : branch.twigs) sum += count(*twig);
    return sum;
}

int main() {
    auto tree = grow(4);
    std::printf("%d %zu\n", count(*tree), tree->twigs.size());
}
