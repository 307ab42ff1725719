#include <string>

std::string twist(const std::string& word, int n) {
    std::string line = "x";
    int sum = 0;
    line = word + line;
    line = line + word + line;
    sum = sum + n;
    return line;
}
