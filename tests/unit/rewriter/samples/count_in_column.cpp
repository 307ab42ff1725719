#include <cstddef>
#include <cstdio>
#include <vector>

struct Word {
    char letters[7];
    char length;
};

std::size_t links(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t later_links(const std::vector<Word>& words, std::size_t first, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t at = first + 2; at < words.size(); at++) {
        const Word word = words[at];
        const char end = word.letters[1];
        for (std::size_t next = at; next < words.size() && next - at < most; next++) count += words[next].letters[0] == end;
    }
    return count;
}

int main() {
    std::vector<Word> words;
    for (int i = 0; i < 200; ++i) {
        const char begin = static_cast<char>('a' + i * i % 5), end = static_cast<char>('a' + i * 7 % 6);
        words.push_back({{begin, end}, 2});
    }
    for (std::size_t most = 0; most < 60; most += 7) {
        std::printf("%zu %zu %zu ", links(words, 0, 200, most), links(words, 3, 40, most), links(words, 9, 9, most));
    }
    std::printf("%zu ", later_links(words, 3, 40));
    std::printf("%zu\n", links(words, 100, 200, 1000));
}
