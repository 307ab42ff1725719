#include <string>
#include <vector>

void repeat(std::vector<std::string>& lines) {
    std::string line = "again";
    for (int i = 0; i < 3; ++i) {
        lines.push_back(line);
    }
    std::string other = "once";
    lines.push_back(other);
    lines.back() += other;
}
