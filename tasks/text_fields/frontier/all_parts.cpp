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
    std::vector<std::size_t> ends(1);
    for (const std::string_view word : parts.words) {
        ends.push_back(ends.back() + word.size() + 1);
    }
    for (const Job& job : jobs) {
        std::uint64_t lines = 0;
        std::size_t begun = job.first;
        while (begun < job.last) {
            ++lines;
            const auto beyond = std::upper_bound(ends.begin() + begun + 1, ends.begin() + job.last + 1,
                                                 ends[begun] + job.low + 1);
            begun = std::max<std::size_t>(begun + 1, beyond - ends.begin() - 1);
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
            std::string_view rest = parts.lines[i];
            while (!rest.empty()) {
                const std::size_t quote = std::min(rest.find('\\'), rest.size());
                std::size_t mark = text.size();
                text += rest.substr(0, quote);
                while ((mark = text.find(';', mark)) != text.npos) text[mark] = '\t';
                rest.remove_prefix(quote);
                if (!rest.empty()) rest.remove_prefix(1);
                if (rest.empty()) continue;
                text += rest.front();
                rest.remove_prefix(1);
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
    std::vector<std::string_view> sorted;
    for (const Job& job : jobs) {
        sorted.assign(parts.lines.begin() + job.first, parts.lines.begin() + job.last);
        std::sort(sorted.begin(), sorted.end());
        std::uint64_t sum = 0;
        std::size_t above = 0;
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            const std::size_t below = i + 1 < sorted.size() ? same_start(sorted[i], sorted[i + 1]) : 0;
            sum += std::max(above, below);
            above = below;
        }
        put_number(sum, out);
    }
}

// How many bytes must be put in, left out or replaced to make the pattern of each word, together.
void sum_edits(const Input& input, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    for (const Job& job : jobs) {
        const std::string_view pattern = input.patterns[job.low];
        std::array<std::uint64_t, 256> where{};
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            where[pattern[k] & 255] |= std::uint64_t{1} << k;
        }
        const std::size_t last = pattern.size() - 1;
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            std::uint64_t up = ~std::uint64_t{0}, down = 0;
            sum += pattern.size();
            for (const char c : parts.words[i]) {
                const std::uint64_t match = where[c & 255];
                const std::uint64_t level = (((match & up) + up) ^ up) | match | down;
                const std::uint64_t more = down | ~(level | up), less = up & level;
                sum += (more >> last & 1) - (less >> last & 1);
                up = less << 1 | ~(level | (more << 1 | 1));
                down = (more << 1 | 1) & level;
            }
        }
        put_number(sum, out);
    }
}

// The values in decimal, a comma before each three digits but the first, a blank after each value.
void write_values(const Input& input, const Parts&, const std::vector<Job>& jobs, std::string& out) {
    std::string text, triples;
    for (std::uint64_t number = 1000; number < 2000; ++number) {
        triples += std::to_string(number).replace(0, 1, ",");
    }
    for (const Job& job : jobs) {
        text.clear();
        for (std::size_t i = job.first; i < job.last; ++i) {
            std::uint64_t left = input.values[i];
            char room[28];
            char* const behind = room + 28;
            char* at = behind;
            *--at = ' ';
            for (; left > 999; left /= 1000) {
                at -= 4;
                std::copy_n(&triples[left % 1000 * 4], 4, at);
            }
            do {
                *--at = static_cast<char>('0' + left % 10);
                left /= 10;
            } while (left > 0);
            text.append(at, behind);
        }
        put_number(mark_of(text), out);
    }
}

// The sum of the places in their lines at which the words of a number start, counted from 0.
void sum_places(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    std::vector<std::size_t> firsts;
    std::size_t passed = 0;
    for (const std::string_view line : parts.lines) {
        firsts.push_back(passed);
        while (passed < parts.words.size() && parts.words[passed].data() < line.data() + line.size()) ++passed;
    }
    firsts.push_back(passed);
    for (const Job& job : jobs) {
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            if (firsts[i] + job.low < firsts[i + 1]) {
                sum += parts.words[firsts[i] + job.low].data() - parts.lines[i].data();
            }
        }
        put_number(sum, out);
    }
}

// The sum of the squares of how often each different word occurs.
void square_counts(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    std::unordered_map<std::string_view, std::uint32_t> known;
    std::vector<std::uint32_t> ids;
    for (const std::string_view word : parts.words) {
        ids.push_back(known.emplace(word, known.size()).first->second);
    }
    std::vector<std::uint32_t> times(known.size());
    for (const Job& job : jobs) {
        std::fill(times.begin(), times.end(), 0);
        for (std::size_t i = job.first; i < job.last; ++i) {
            ++times[ids[i]];
        }
        std::uint64_t sum = 0;
        for (const std::uint64_t each : times) {
            sum += each * each;
        }
        put_number(sum, out);
    }
}

// How often the patterns occur within the lines, together.
void count_patterns(const Input& input, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    const auto slot = [](unsigned char one, unsigned char next) { return (one * 31 + next) % 2048; };
    std::vector<std::vector<std::string_view>> lists(2048);
    for (const std::string_view pattern : input.patterns) {
        lists[slot(pattern[0], pattern[1])].push_back(pattern);
    }
    for (const Job& job : jobs) {
        std::uint64_t count = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            const std::string_view line = parts.lines[i];
            for (std::size_t at = 0; at + 1 < line.size(); ++at) {
                for (const std::string_view pattern : lists[slot(line[at], line[at + 1])]) {
                    count += line.compare(at, pattern.size(), pattern) == 0;
                }
            }
        }
        put_number(count, out);
    }
}

// The sum of the squares of the distances from opening brackets of a line to those that close them.
void sum_spans(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    std::vector<std::size_t> round, square;
    for (const Job& job : jobs) {
        std::uint64_t sum = 0;
        for (std::size_t i = job.first; i < job.last; ++i) {
            const std::string_view line = parts.lines[i];
            round.clear();
            square.clear();
            for (std::size_t k = 0; k < line.size(); ++k) {
                auto& kind = line[k] == '(' || line[k] == ')' ? round : square;
                if (line[k] == '(' || line[k] == '[') {
                    kind.push_back(k);
                } else if ((line[k] == ')' || line[k] == ']') && !kind.empty()) {
                    sum += (k - kind.back()) * (k - kind.back());
                    kind.pop_back();
                }
            }
        }
        put_number(sum, out);
    }
}

// Small letters for A to Z, and for the letters of two bytes from c3 80 to c3 9e but c3 97.
void write_small(const Input&, const Parts& parts, const std::vector<Job>& jobs, std::string& out) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = ones * 128;
    std::string text;
    for (const Job& job : jobs) {
        text.clear();
        for (std::size_t i = job.first; i < job.last; ++i) {
            std::size_t k = text.size();
            text += parts.lines[i];
            for (; k < text.size(); ++k) {
                std::uint64_t eight = tops;
                if (k + 8 <= text.size()) std::memcpy(&eight, &text[k], 8);
                if ((eight & tops) == 0) {
                    const std::uint64_t from_a = eight + ones * (128 - 'A'), past_z = eight + ones * (127 - 'Z');
                    eight += ((from_a & tops) - (past_z & tops)) >> 2;
                    std::memcpy(&text[k], &eight, 8);
                    k += 7;
                    continue;
                }
                const auto c = static_cast<unsigned char>(text[k]);
                if (c >= 'A' && c <= 'Z') {
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
