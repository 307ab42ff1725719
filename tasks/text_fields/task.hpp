// What the program provides: run_jobs(), called by the driver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

// The text is empty or ends with a line feed, which ends a line; words are the longest runs of bytes
// other than blanks and line feeds. Values are any.
struct Input {
    std::string_view text;
    std::vector<std::string_view> patterns;  // of 2 to 64 bytes each
    const std::uint64_t* values;
    std::size_t value_count;
};

// What is asked of lines, words or values in [first, last), all of which exist.
enum Kind : std::uint32_t {
    kWrap,      // words: how many lines they fill if each line takes as many as fit into `low` bytes,
                // one blank between two; a word that is longer stands alone
    kUnquote,   // lines: the mark of them without line feeds, a tab in place of each semicolon; a
                // backslash is left out and keeps the byte after it in its line as it is
    kCommon,    // lines: the sum of the bytes of the longest start that each has in common with another
                // line of the job
    kEdits,     // words: how many bytes must be put in, left out or replaced to make pattern number
                // `low` of each, at the least
    kGrouped,   // values: the mark of them in decimal, a comma before each three digits but the first
                // ones, a blank after each value
    kPlaces,    // lines: the sum of the places at which word number `low` of each starts, both counted
                // from 0; 0 where there are too few words
    kCounts,    // words: the sum of the squares of how often each different word occurs
    kPatterns,  // lines: how often patterns occur within one, overlapping ones and equal patterns too
    kSpans,     // lines: the sum of the squares of the distances from each ( and [ to the ) or ] that
                // closes it in its line, where brackets of the other kind do not matter
    kSmall,     // lines: the mark of them without line feeds in small letters: A to Z, and c3 80 to
                // c3 9e but c3 97, become 32 more; the byte after c3 in its line belongs to it
    kKinds,
};

struct Job {
    std::uint32_t kind;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t low;
};

// The mark of a text: its words of eight bytes, the last one filled up with zeros, times 1, 3, 5...
inline std::uint64_t mark_of(std::string_view text) {
    std::uint64_t sum = 0, factor = 1;
    for (std::size_t at = 0; at < text.size(); at += 8, factor += 2) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + at, text.size() - at < 8 ? text.size() - at : 8);
        sum += eight * factor;
    }
    return sum;
}

// Writes one number per job, in the order of kinds and then of jobs, each with a line feed after it.
// All numbers are modulo 2^64.
extern "C" void run_jobs(const Input& input, const std::vector<Job>& jobs, std::string& out);
