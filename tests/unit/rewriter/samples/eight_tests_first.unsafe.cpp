#include <cstddef>
#include <cstdint>

// An array may be shorter; a step has an effect, asks for the place, or does not start at 0; the answer depends.
struct Short {
    char letters[7];
    std::uint8_t length;
};

struct Word {
    char letters[15];
    std::uint8_t length;
};

bool few(const Short& one, const Short& two) {
    for (std::size_t k = 0; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k]) return false;
    }
    return true;
}

bool pointers(const char* one, const char* two, std::size_t length) {
    for (std::size_t k = 0; k < length; ++k) {
        if (one[k] != two[k]) return false;
    }
    return true;
}

std::size_t place(const Word& one, const Word& two) {
    for (std::size_t k = 0; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k]) return k;
    }
    return one.length;
}

bool counting(const Word& one, const Word& two, int& count) {
    for (std::size_t k = 0; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k] && ++count > 0) return false;
    }
    return true;
}

bool early(const Word& one, const Word& two) {
    for (std::size_t k = 0; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k] && k < 3) return false;
    }
    return true;
}

bool later(const Word& one, const Word& two) {
    for (std::size_t k = 1; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k]) return false;
    }
    return true;
}

bool shifted(const Word& one, const Word& two) {
    for (std::size_t k = 0; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k + 1]) return false;
    }
    return true;
}

bool either(const Word& one, const Word& two) {
    for (std::size_t k = 0; k < one.length; ++k) {
        if (one.letters[k] != two.letters[k] || one.letters[k] == '?') return false;
    }
    return true;
}

bool more(const Word& one, const Word& two, int& steps) {
    for (std::size_t k = 0; k < one.length; ++k) {
        ++steps;
        if (one.letters[k] != two.letters[k]) return false;
    }
    return true;
}
