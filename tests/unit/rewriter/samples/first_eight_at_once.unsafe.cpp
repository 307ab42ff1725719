#include <cstddef>

// An array may be shorter, or of wider numbers; the place is asked for; the search does not begin at 0.
struct Short {
    char letters[7];
};
struct Wide {
    short letters[8];
};
struct Name {
    char letters[8];
    const char* begin;
};

bool short_ones(const Short& a, const Short& b, std::size_t length) {
    std::size_t same = 0;
    while (same < length && a.letters[same] == b.letters[same]) ++same;
    return same == length;
}

bool wide_ones(const Wide& a, const Wide& b, std::size_t length) {
    std::size_t same = 0;
    while (same < length && a.letters[same] == b.letters[same]) ++same;
    return same == length;
}

bool pointers(const Name& a, const Name& b, std::size_t length) {
    std::size_t same = 0;
    while (same < length && a.begin[same] == b.begin[same]) ++same;
    return same == length;
}

std::size_t place(const Name& a, const Name& b, std::size_t length) {
    std::size_t same = 0;
    while (same < length && a.letters[same] == b.letters[same]) ++same;
    return same == length ? 0 : same;
}

bool later(const Name& a, const Name& b, std::size_t length) {
    std::size_t same = 1;
    while (same < length && a.letters[same] == b.letters[same]) ++same;
    return same == length;
}

bool negative(const Name& a, const Name& b, int length) {
    int same = 0;
    while (same < length && a.letters[same] == b.letters[same]) ++same;
    return same == length;
}

bool changing(const Name& a, const Name& b, std::size_t length) {
    std::size_t same = 0;
    while (same < length && a.letters[same] == b.letters[same]) ++same;
    length = 0;
    return same == length;
}
