// What the program provides: ask_shelf(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>

// A word has 1 to 15 of the sixteen letters a to p, and zeros after them.
struct Word {
    char letters[15];
    std::uint8_t length;
};

// The words on the shelf are in any order and may be equal. A form is a word in which any letters may be
// given as '?'. There are fewer than 2^20 of each.
struct Shelf {
    const Word* words;
    std::size_t word_count;
    const Word* cards;
    std::size_t card_count;
    const Word* forms;
    std::size_t form_count;
};

// What is asked of the cards, forms or words in rows [first, last), all of which exist. Words are ordered as
// in a dictionary: by letters from the first on, and before those that they begin.
enum Kind : std::uint32_t {
    kFind,      // cards: the sum of the places on the whole shelf, counted from 1, of the first word that
                // is equal to each; 0 without one
    kStarts,    // cards: how many pairs of one of them and a word of the whole shelf have the same first
                // `low` letters, at least 1; a card with fewer letters has no pairs
    kAnagrams,  // words: how many pairs of them have the same letters equally often, where the first
                // `low` letters of each do not count; words without any others have no pairs
    kNear,      // cards: how many pairs of one of them and a word of the whole shelf are at most `low`
                // letters put in, left out or replaced apart
    kLetters,   // words: how often they have letter `low`, 0 to 15, together
    kEndings,   // words: the sum of place times length, where places count from 1 in the order of letters
                // from the last one on, words before those that end with them
    kStems,     // words: how many different beginnings of 1 to all letters they have together
    kLinks,     // words: how many pairs of them, at most `low` rows apart, have the last letter of the
                // earlier one as the first of the later one
    kForms,     // forms: how many pairs of one of them and a word of the whole shelf have equal lengths
                // and equal letters, where '?' is equal to any letter
    kRising,    // words: the most letters that any of them have together which, in the order of rows, are
                // each after the one before in the order of words
    kKinds,
};

struct Question {
    std::uint32_t kind;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t low;
};

// Writes answers[i] for questions[i]. All sums are modulo 2^64.
extern "C" void ask_shelf(const Shelf& shelf, const Question* questions, std::size_t count,
                          std::uint64_t* answers);
