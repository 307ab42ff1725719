// Wrong: words exactly that far apart do not count.
// Questions about a shelf of words.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace {

struct Asked {
    Question question;
    std::uint64_t* answer;
};

std::string_view text(const Word& word) { return {word.letters, word.length}; }

// The sum of the places of the first words that are equal to cards.
void find_cards(const Shelf& shelf, const std::vector<Asked>& asked) {
    std::unordered_map<std::string_view, std::uint64_t> places;
    places.reserve(shelf.word_count);
    for (std::size_t i = 0; i < shelf.word_count; ++i) {
        places.emplace(text(shelf.words[i]), i + 1);
    }
    for (const Asked& each : asked) {
        std::uint64_t sum = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const auto found = places.find(text(shelf.cards[i]));
            sum += found == places.end() ? 0 : found->second;
        }
        *each.answer = sum;
    }
}

// The number of pairs of a card and a word with the same first letters.
void count_starts(const Shelf& shelf, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const std::size_t length = each.question.low;
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const Word& card = shelf.cards[i];
            if (card.length < length) continue;
            for (std::size_t k = 0; k < shelf.word_count; ++k) {
                const Word& word = shelf.words[k];
                std::size_t same = 0;
                while (same < length && word.letters[same] == card.letters[same]) {
                    ++same;
                }
                count += same == length;
            }
        }
        *each.answer = count;
    }
}

// The number of pairs of words with the same letters, the first ones left out.
void count_anagrams(const Shelf& shelf, const std::vector<Asked>& asked) {
    std::vector<std::string> sorted;
    for (const Asked& each : asked) {
        sorted.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const Word& word = shelf.words[i];
            if (word.length <= each.question.low) continue;
            sorted.emplace_back(text(word).substr(each.question.low));
            std::sort(sorted.back().begin(), sorted.back().end());
        }
        std::sort(sorted.begin(), sorted.end());
        std::uint64_t count = 0, equal = 0;
        for (std::size_t i = 1; i < sorted.size(); ++i) {
            equal = sorted[i] == sorted[i - 1] ? equal + 1 : 0;
            count += equal;
        }
        *each.answer = count;
    }
}

// Whether two words are at most so many letters apart.
bool is_near(const Word& one, const Word& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.length; ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.length; ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one.letters[i] != two.letters[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.length] < most;
}

// The number of pairs of a card and a word that are near each other.
void count_near(const Shelf& shelf, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const std::size_t most = each.question.low;
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const Word& card = shelf.cards[i];
            for (std::size_t k = 0; k < shelf.word_count; ++k) {
                const Word& word = shelf.words[k];
                if (card.length + most < word.length || word.length + most < card.length) continue;
                count += is_near(card, word, most);
            }
        }
        *each.answer = count;
    }
}

// How often words have a letter.
void count_letters(const Shelf& shelf, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const char letter = static_cast<char>('a' + each.question.low);
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            for (const char c : text(shelf.words[i])) {
                count += c == letter;
            }
        }
        *each.answer = count;
    }
}

// The sum of place times length, in the order of letters from the last one on.
void sum_endings(const Shelf& shelf, const std::vector<Asked>& asked) {
    std::vector<const Word*> rows;
    for (const Asked& each : asked) {
        rows.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            rows.push_back(&shelf.words[i]);
        }
        std::sort(rows.begin(), rows.end(), [](const Word* one, const Word* two) {
            const std::string_view a = text(*one), b = text(*two);
            return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
        });
        std::uint64_t sum = 0, place = 0;
        for (const Word* row : rows) {
            sum += ++place * row->length;
        }
        *each.answer = sum;
    }
}

// The number of different beginnings of words.
void count_stems(const Shelf& shelf, const std::vector<Asked>& asked) {
    std::unordered_set<std::string_view> stems;
    for (const Asked& each : asked) {
        stems.clear();
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            const std::string_view word = text(shelf.words[i]);
            for (std::size_t length = word.size(); length > 0; --length) {
                if (!stems.insert(word.substr(0, length)).second) break;
            }
        }
        *each.answer = stems.size();
    }
}

// The number of pairs of words, not too many rows apart, of which the later one begins as the earlier one ends.
void count_links(const Shelf& shelf, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        const Question& question = each.question;
        std::uint64_t count = 0;
        for (std::size_t i = question.first; i < question.last; ++i) {
            const Word& word = shelf.words[i];
            const char end = word.letters[word.length - 1];
            for (std::size_t k = i + 1; k < question.last && k - i <= question.low; ++k) {
                count += shelf.words[k].letters[0] == end;
            }
        }
        *each.answer = count;
    }
}

bool fits(const Word& form, const Word& word) {
    if (form.length != word.length) return false;
    for (std::size_t k = 0; k < form.length; ++k) {
        if (form.letters[k] != '?' && form.letters[k] != word.letters[k]) return false;
    }
    return true;
}

// The number of pairs of a form and a word that fits it.
void count_forms(const Shelf& shelf, const std::vector<Asked>& asked) {
    for (const Asked& each : asked) {
        std::uint64_t count = 0;
        for (std::size_t i = each.question.first; i < each.question.last; ++i) {
            for (std::size_t k = 0; k < shelf.word_count; ++k) {
                count += fits(shelf.forms[i], shelf.words[k]);
            }
        }
        *each.answer = count;
    }
}

// The most letters that words have together of which each is after the one before.
void most_rising(const Shelf& shelf, const std::vector<Asked>& asked) {
    std::vector<std::uint32_t> sums;
    for (const Asked& each : asked) {
        const Word* words = shelf.words + each.question.first;
        sums.clear();
        std::uint32_t most = 0;
        for (std::size_t i = 0; i < each.question.last - each.question.first; ++i) {
            std::uint32_t before = 0;
            for (std::size_t k = i; k-- > 0;) {
                if (sums[k] > before && std::memcmp(words[k].letters, words[i].letters, 15) < 0) {
                    before = sums[k];
                }
            }
            sums.push_back(before + words[i].length);
            most = std::max(most, sums[i]);
        }
        *each.answer = most;
    }
}

using Answer = void (*)(const Shelf&, const std::vector<Asked>&);

constexpr std::array<Answer, kKinds> kAnswers = {
    find_cards,  count_starts, count_anagrams, count_near,  count_letters,
    sum_endings, count_stems,  count_links,    count_forms, most_rising,
};

}  // namespace

extern "C" void ask_shelf(const Shelf& shelf, const Question* questions, std::size_t count,
                          std::uint64_t* answers) {
    std::array<std::vector<Asked>, kKinds> asked;
    for (std::size_t i = 0; i < count; ++i) {
        asked[questions[i].kind].push_back({questions[i], &answers[i]});
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (!asked[kind].empty()) {
            kAnswers[kind](shelf, asked[kind]);
        }
    }
}
