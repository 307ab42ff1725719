// structural | S7 | L2
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Node { int value; std::vector<Node> below; };
static int sum(const Node& node) {
    int found = node.value;
    for (const Node& each : node.below) found += sum(each);
    return found;
}
static int depth(const Node& node) {
    int deepest = 0;
    for (const Node& each : node.below) deepest = std::max(deepest, depth(each));
    return deepest + 1;
}
extern "C" int measure(const Node& root) { return sum(root) * depth(root); }
// ---- child
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Node { int value; std::vector<Node> below; };
static std::pair<int, int> walk(const Node& node) {
    int found = node.value, deepest = 0;
    for (const Node& each : node.below) {
        auto [s, d] = walk(each);
        found += s;
        deepest = std::max(deepest, d);
    }
    return {found, deepest + 1};
}
extern "C" int measure(const Node& root) { auto [s, d] = walk(root);
    return s * d; }
