#include <cstdint>
#include <cstdio>
#include <vector>

struct Word {
    char letters[11];
    std::uint8_t length;
};

bool fits(const Word& form, const Word& word) {
    if (form.length != word.length) return false;
    for (std::size_t k = 0; k < form.length; ++k) {
        if (form.letters[k] != '?' && form.letters[k] != word.letters[k]) return false;
    }
    return true;
}

bool has(const Word& word, char sought) {
    for (unsigned i = 0; i < word.length; i++)
        if (word.letters[i] == sought) return true;
    return false;
}

int main() {
    const std::vector<Word> words = {{"abcdefghij", 10}, {"abc?efgh?j", 10}, {"abcdefghxj", 10}, {"abcd", 4},
                                     {"a?cd", 4}, {"abcdefgh", 8}, {"?bcdefgx", 8}, {"????????", 8}, {"", 0}};
    for (const Word& one : words) {
        for (const Word& two : words) {
            std::printf("%d", fits(one, two));
        }
        std::printf(" %d%d%d ", has(one, 'a'), has(one, 'i'), has(one, 'x'));
    }
    std::printf("\n");
}
