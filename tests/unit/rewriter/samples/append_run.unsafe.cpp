#include <string>

// The target decides when it is enough.
std::string head(const std::string& text, std::size_t at) {
    std::string word;
    while (at < text.size() && word.size() < 3) {
        word += text[at];
        ++at;
    }
    return word;
}

// The element is changed on its way.
std::string lower(const std::string& text, std::size_t at) {
    std::string word;
    while (at < text.size()) {
        word += static_cast<char>(text[at] | 32);
        ++at;
    }
    return word;
}

// A string appended to itself.
void twice(std::string& text, std::size_t at) {
    while (at < 5) {
        text += text[at];
        ++at;
    }
}
