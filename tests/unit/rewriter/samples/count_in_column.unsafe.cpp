#include <cstddef>
#include <vector>

struct Word {
    char letters[7];
    char length;
};

// An element may not exist, or changes; a place is signed or narrow; the test is another one.
std::size_t farther(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last + 5 && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t unread(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[0];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t backwards(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i - 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t narrow(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (unsigned k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t signed_counter(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (int k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t growing(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        last += 1;
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t below(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] < end;
        }
    }
    return count;
}

std::size_t shifting(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[k] == end;
        }
    }
    return count;
}

std::size_t moving(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[i] == end;
        }
    }
    return count;
}

std::size_t other_bound(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && words[k].length <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t wide(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const int end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= most; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}

std::size_t counting(const std::vector<Word>& words, std::size_t first, std::size_t last, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        const Word& word = words[i];
        const char end = word.letters[word.length - 1];
        for (std::size_t k = i + 1; k < last && k - i <= count; ++k) {
            count += words[k].letters[0] == end;
        }
    }
    return count;
}
