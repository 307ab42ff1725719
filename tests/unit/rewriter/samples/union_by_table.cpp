#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <vector>

struct Span {
    const std::uint16_t* first;
    const std::uint16_t* last;

    const std::uint16_t* begin() const { return first; }
    const std::uint16_t* end() const { return last; }
};

Span span_of(const std::vector<std::vector<std::uint16_t>>& lists, std::size_t at) {
    return {lists[at].data(), lists[at].data() + lists[at].size()};
}

void show(const std::vector<std::vector<std::uint16_t>>& lists) {
    std::vector<std::uint16_t> all;
    std::vector<std::uint16_t> next;
    for (std::size_t s = 0; s < lists.size(); ++s) {
        const Span span = span_of(lists, s);
        if (span.begin() == span.end()) continue;
        next.clear();
        std::set_union(all.begin(), all.end(), span.begin(), span.end(), std::back_inserter(next));
        all.swap(next);
    }
    for (const std::uint16_t number : all) std::printf("%u ", number);
}

std::size_t letters(const std::vector<std::vector<unsigned char>>& words) {
    std::vector<unsigned char> all;
    std::vector<unsigned char> next;
    for (const std::vector<unsigned char>& word : words) {
        next.clear();
        std::set_union(all.begin(), all.end(), word.begin(), word.end(), std::back_inserter(next));
        std::swap(all, next);
    }
    return all.size();
}

int main() {
    std::vector<std::vector<std::uint16_t>> lists(6);
    std::vector<std::vector<unsigned char>> words(6);
    for (unsigned i = 0; i < 6; ++i) {
        for (unsigned k = 0; k < i * 5; ++k) {
            lists[i].push_back(static_cast<std::uint16_t>(k * k * 7919 % (i * 99)));
            words[i].push_back(static_cast<unsigned char>(k * i % 50));
        }
        std::sort(lists[i].begin(), lists[i].end());
        std::sort(words[i].begin(), words[i].end());
    }
    lists[2] = {0, 0, 0, 65535, 65535};
    show(lists);
    std::printf("%zu\n", letters(words));
}
