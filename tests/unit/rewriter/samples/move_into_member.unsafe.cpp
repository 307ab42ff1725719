#include <string>

// Used twice; a reference; a number.
class Sign {
public:
    explicit Sign(std::string words) : words_(words), length_(words.size()) {}

private:
    std::string words_;
    std::size_t length_;
};

class Label {
public:
    Label(const std::string& words, int size) : words_(words), size_(size) {}

private:
    std::string words_;
    int size_;
};
