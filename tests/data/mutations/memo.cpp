// structural | S2 | C
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

struct Node { int value; std::vector<Node> below; mutable int kept; mutable bool known; };
static int sum(const Node& node) {
    if (node.known) return node.kept;
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
