#include <string>
#include <vector>

// Elements depend on others or on their place, an effect or a division, a counter too narrow, or something not rare.
void shift(std::string& text) {
    std::size_t k = 0;
    for (; k < text.size(); ++k) {
        if (text[k] == 'a') text[k] = text[k - 1];
    }
}

void number(std::vector<unsigned char>& bytes) {
    std::size_t k = 0;
    for (; k < bytes.size(); ++k) {
        if (bytes[k] == 0) bytes[k] = static_cast<unsigned char>(k);
    }
}

int count(std::string& text) {
    std::size_t k = 0;
    int changed = 0;
    for (; k < text.size(); ++k) {
        if (text[k] == 'a' && ++changed > 1) text[k] = 'b';
    }
    return changed;
}

void divide(std::vector<unsigned char>& bytes, int by) {
    std::size_t k = 0;
    for (; k < bytes.size(); ++k) {
        if (by != 0) bytes[k] = bytes[k] / by;
    }
}

void narrow(std::string& text) {
    unsigned char k = 0;
    for (; k < text.size(); ++k) {
        if (text[k] == 'a') text[k] = 'b';
    }
}

int other(std::string& text) {
    std::size_t k = 0;
    int others = 0;
    for (; k < text.size(); ++k) {
        if (text[k] == 'a') {
            text[k] = 'b';
        } else {
            ++others;
        }
    }
    return others;
}

void wide(std::vector<int>& values) {
    std::size_t k = 0;
    for (; k < values.size(); ++k) {
        if (values[k] == 1) values[k] = 2;
    }
}

void referred(std::string& text) {
    const char& first = text[20];
    std::size_t k = 0;
    for (; k < text.size(); ++k) {
        if (text[k] == first) text[k] = 'b';
    }
}
