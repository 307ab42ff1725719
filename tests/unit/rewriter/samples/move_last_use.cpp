#include <cstdio>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> lines;
    for (int i = 0; i < 3; ++i) {
        std::string line = "a line that is too long for the small buffer " + std::to_string(i);
        lines.push_back(line);
    }
    std::printf("%s %zu\n", lines[2].c_str(), lines.size());
}
