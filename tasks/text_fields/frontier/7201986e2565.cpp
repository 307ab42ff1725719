// Jobs on a text of lines and words, on patterns and on values.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <immintrin.h>
#include <memory_resource>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace {

struct Parts {
    std::vector<std::string_view> lines;
    std::vector<std::string_view> words;  // all runs of bytes other than blanks and ends of lines
};

std::vector<std::uint32_t> ids;  // for each word, its number among the different words
std::size_t distinct;

__attribute__((target("avx512bw"))) const Parts& split(std::string_view text) {
    static Parts parts;
    parts.lines.clear();
    parts.words.clear();
    std::size_t line = 0, word = 0;
    for (std::size_t at = 0; at < text.size(); at += 64) {
        const auto block = _mm512_maskz_loadu_epi8(~0ull >> std::max<long>(at + 64 - text.size(), 0), &text[at]);
        auto ends = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(' ')) |
                    _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\n'));
        for (; ends; ends &= ends - 1) {
            const std::size_t i = at + __builtin_ctzll(ends);
            if (i > word) parts.words.push_back(text.substr(word, i - word));
            word = i + 1;
            if (text[i] == '\n') {
                parts.lines.push_back(text.substr(line, i - line));
                line = i + 1;
            }
        }
    }
    std::pmr::monotonic_buffer_resource pool;
    std::pmr::unordered_map<std::string_view, std::uint64_t> numbers(2048, &pool);
    ids.clear();
    for (const auto word : parts.words) ids.push_back(numbers.try_emplace(word, numbers.size()).first->second);
    distinct = numbers.size();
    return parts;
}

// The same as mark_of, by whole words of eight bytes.
std::uint64_t mark(std::string_view text) {
    std::uint64_t sum = 0, factor = 1, eight;
    for (; text.size() > 7; text.remove_prefix(8)) {
        std::memcpy(&eight, text.data(), 8);
        sum += eight * factor;
        factor += 2;
    }
    return sum + factor * mark_of(text);
}

void put_number(std::uint64_t number, std::string& out) {
    out += std::to_string(number);
    out += '\n';
}

// How many lines the words fill if as many as fit stand on each.
void count_lines(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    static std::vector<std::uint32_t> starts, at;  // at: for each place, the number of the word there, plus 1
    starts.clear();
    at.clear();
    for (const auto word : parts.words) {
        starts.push_back(at.size());
        at.resize(at.size() + word.size() + 1, starts.size());
    }
    for (const Job& job : jobs) {
        std::uint64_t lines = 0;
        for (std::size_t i = job.first; i < job.last; ++lines) {
            const std::size_t next = starts[i] + 1ull + job.low;
            i = next < at.size() ? std::max<std::size_t>(i + 1, at[next] - 1) : job.last;
        }
        put_number(lines, out);
    }
}

// A tab in place of each semicolon; a backslash is left out and keeps the byte after it as it is.
void unquote(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    std::string text;
    for (const Job& job : jobs) {
        text.clear();
        for (std::size_t i = job.first; i < job.last; ++i) {
            bool kept = false;
            for (const char c : parts.lines[i]) {
                if (c == '\\' && !kept) {
                    kept = true;
                } else {
                    text += c == ';' && !kept ? '\t' : c;
                    kept = false;
                }
            }
        }
        put_number(mark(text), out);
    }
}

std::size_t same_start(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 0;
    while (same < most && one[same] == two[same]) {
        ++same;
    }
    return same;
}

// The sum, over all lines, of the longest start that a line has in common with another one.
void sum_starts(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            std::size_t longest = 0;
            for (std::size_t k = job.first; k < job.last; ++k) {
                if (k != i) {
                    longest = std::max(longest, same_start(parts.lines[i], parts.lines[k]));
                }
            }
            sum += longest;
        }
        put_number(sum, out);
    }
}

// How many bytes must be put in, left out or replaced to make the pattern of each word, together.
void sum_edits(const Input& input, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    std::array<std::uint64_t, 256> masks;
    for (const Job& job : jobs) {
        const std::string_view pattern = input.patterns[job.low];
        masks = {};
        unsigned last = -1;
        for (const char c : pattern) masks[c & 255] |= 1ull << ++last;
        std::uint64_t sum = 0;
        std::vector<std::uint32_t> known(distinct);  // 0 where it is not known yet
        for (std::size_t i = job.first; i < job.last; ++i) {
            auto& edits = known[ids[i]];
            if (!edits) {
                edits = pattern.size();
                std::uint64_t plus = -1, minus = 0;
                for (const char c : parts.words[i]) {
                    std::uint64_t x = masks[c & 255] | minus, d = (x & plus) + plus ^ plus | x,
                                  up = minus | ~(plus | d), down = plus & d;
                    edits += up >> last & 1;
                    edits -= down >> last & 1;
                    up += up + 1;
                    minus = up & d;
                    plus = down * 2 | ~(up | d);
                }
            }
            sum += edits;
        }
        put_number(sum, out);
    }
}

// The values in decimal, a comma before each three digits but the first, a blank after each value.
void write_values(const Input& input, const Parts&, const std::vector<Job>& jobs, std::string& out) {
    std::string text;
    for (const Job& job : jobs) {
        text.clear();
        for (std::size_t i = job.first; i < job.last; ++i) {
            std::uint64_t left = input.values[i];
            std::string digits;
            do {
                if (digits.size() % 4 == 3) digits += ',';
                digits += static_cast<char>('0' + left % 10);
                left /= 10;
            } while (left > 0);
            std::reverse(digits.begin(), digits.end());
            text += digits;
            text += ' ';
        }
        put_number(mark(text), out);
    }
}

// The sum of the places in their lines at which the words of a number start, counted from 0.
void sum_places(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            const std::string_view line = parts.lines[i];
            std::size_t number = 0;
            for (std::size_t k = 0; k < line.size() && number <= job.low; ++k) {
                if (line[k] == ' ' || (k > 0 && line[k - 1] != ' ')) continue;
                if (number == job.low) {
                    sum += k;
                }
                ++number;
            }
        }
        put_number(sum, out);
    }
}

// The sum of the squares of how often each different word occurs.
void square_counts(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        std::vector<std::uint64_t> counts(distinct);
        for (std::size_t i = job.first; i < job.last; ++i) {
            ++counts[ids[i]];
        }
        std::uint64_t sum = 0;
        for (const auto count : counts) {
            sum += count * count;
        }
        put_number(sum, out);
    }
}

// How often the patterns occur within the lines, together.
void count_patterns(const Input& input, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        std::uint64_t count = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            const std::string_view line = parts.lines[i];
            for (const std::string_view pattern : input.patterns) {
                for (std::size_t at = line.find(pattern); at != line.npos; at = line.find(pattern, at + 1)) {
                    ++count;
                }
            }
        }
        put_number(count, out);
    }
}

// The sum of the squares of the distances from opening brackets of a line to those that close them.
void sum_spans(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            const std::string_view line = parts.lines[i];
            for (std::size_t from = 0; from < line.size(); ++from) {
                if (line[from] != '(' && line[from] != '[') continue;
                const char closing = line[from] == '(' ? ')' : ']';
                std::size_t open = 0;
                for (std::size_t k = from; k < line.size(); ++k) {
                    if (line[k] == line[from]) ++open;
                    if (line[k] == closing && --open == 0) {
                        sum += (k - from) * (k - from);
                        break;
                    }
                }
            }
        }
        put_number(sum, out);
    }
}

// Small letters for A to Z, and for the letters of two bytes from c3 80 to c3 9e but c3 97.
void write_small(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    std::string text;
    std::vector<std::size_t> starts(1);
    for (std::size_t i = 0; i < parts.lines.size(); ++i) {
        std::size_t k = text.size(), lead = 0;  // lead: whether the byte before is a c3 to which this one belongs
        text += parts.lines[i];
        for (; k < text.size(); ++k) {
            const auto c = static_cast<unsigned char>(text[k]);
            text[k] = static_cast<char>(c + (c - 'A' - lead * 63 < 26u + lead * 5 & c != 0x97) * 32);
            lead = lead < (c == 0xc3);
        }
        starts.push_back(text.size());
    }
    for (const Job& job : jobs) {
        put_number(mark({&text[starts[job.first]], starts[job.last] - starts[job.first]}), out);
    }
}

using Work = void (*)(const Input&, const Parts&, const std::vector<Job>&, std::string&);

constexpr std::array<Work, kKinds> kWorks = {
    count_lines, unquote,       sum_starts,     sum_edits, write_values,
    sum_places,  square_counts, count_patterns, sum_spans, write_small,
};

}  // namespace

extern "C" void run_jobs(const Input& input, const std::vector<Job>& jobs, std::string& out) {
    const Parts& parts = split(input.text);
    std::array<std::vector<Job>, kKinds> asked;
    for (const Job& job : jobs) {
        asked[job.kind].push_back(job);
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        if (!asked[kind].empty()) {
            kWorks[kind](input, parts, asked[kind], out);
        }
    }
}
