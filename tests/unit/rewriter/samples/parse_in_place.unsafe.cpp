#include <string>

int parse(const std::string& row) {
    std::string part = row.substr(0, 2);
    int value = std::stoi(part);
    return value + static_cast<int>(part.size()) + std::stoi(row);
}
