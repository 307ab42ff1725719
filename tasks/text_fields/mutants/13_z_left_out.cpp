// Wrong: Z stays as it is.
// Jobs on a text of lines and words, on patterns and on values.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace {

struct Parts {
    std::vector<std::string_view> lines;
    std::vector<std::string_view> words;  // all runs of bytes other than blanks and ends of lines
};

Parts split(std::string_view text) {
    Parts parts;
    std::size_t line = 0, word = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ' || text[i] == '\n') {
            if (i > word) parts.words.push_back(text.substr(word, i - word));
            word = i + 1;
        }
        if (text[i] == '\n') {
            parts.lines.push_back(text.substr(line, i - line));
            line = i + 1;
        }
    }
    return parts;
}

void put_number(std::uint64_t number, std::string& out) {
    out += std::to_string(number);
    out += '\n';
}

// How many lines the words fill if as many as fit stand on each.
void count_lines(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        std::uint64_t lines = 0;
        std::size_t used = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            const std::size_t length = parts.words[i].size();
            if (i == job.first || used + 1 + length > job.low) {
                ++lines;
                used = length;
            } else {
                used += 1 + length;
            }
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
        put_number(mark_of(text), out);
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
    std::vector<std::uint32_t> row;
    for (const Job& job : jobs) {
        const std::string_view pattern = input.patterns[job.low];
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            row.resize(pattern.size() + 1);
            std::iota(row.begin(), row.end(), 0);
            for (const char c : parts.words[i]) {
                std::uint32_t corner = row[0]++;
                for (std::size_t k = 0; k < pattern.size(); ++k) {
                    const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
                    const std::uint32_t other = corner + (pattern[k] != c);
                    corner = row[k + 1];
                    row[k + 1] = std::min(step, other);
                }
            }
            sum += row.back();
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
        put_number(mark_of(text), out);
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
        std::unordered_map<std::string_view, std::uint64_t> counts;
        for (std::size_t i = job.first; i < job.last; ++i) {
            ++counts[parts.words[i]];
        }
        std::uint64_t sum = 0;
        for (const auto& [word, count] : counts) {
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
    for (const Job& job : jobs) {
        text.clear();
        for (std::size_t i = job.first; i < job.last; ++i) {
            std::size_t k = text.size();
            text += parts.lines[i];
            for (; k < text.size(); ++k) {
                const auto c = static_cast<unsigned char>(text[k]);
                if (c >= 'A' && c < 'Z') {
                    text[k] = static_cast<char>(c + 32);
                } else if (c == 0xc3 && k + 1 < text.size()) {
                    const auto next = static_cast<unsigned char>(text[++k]);
                    const bool large = next >= 0x80 && next <= 0x9e && next != 0x97;
                    text[k] = static_cast<char>(large ? next + 32 : next);
                }
            }
        }
        put_number(mark_of(text), out);
    }
}

using Work = void (*)(const Input&, const Parts&, const std::vector<Job>&, std::string&);

constexpr std::array<Work, kKinds> kWorks = {
    count_lines, unquote,       sum_starts,     sum_edits, write_values,
    sum_places,  square_counts, count_patterns, sum_spans, write_small,
};

}  // namespace

extern "C" void run_jobs(const Input& input, const std::vector<Job>& jobs, std::string& out) {
    const Parts parts = split(input.text);
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
