#include <stdexcept>
#include <string>

int checked(int n) {
    if (n < 0) throw std::runtime_error("negative");
    return n;
}

std::string copied(const std::string& word) {
    std::string copy = word;
    return copy;
}
