#include <string>
#include <vector>

// What is collected is made on the spot, or outlives where it came from.
void numbered(const std::string& name, int count, std::vector<std::string>& names) {
    for (int i = 0; i < count; ++i) names.push_back(name + std::to_string(i));
}

std::vector<std::string> kept(const std::string& name) {
    std::vector<std::string> names;
    names.push_back(name);
    return names;
}
