#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Span {
    const std::uint16_t* first;
    const std::uint16_t* last;

    const std::uint16_t* begin() const { return first; }
    const std::uint16_t* end() const { return last; }
};

unsigned both(const Span& left, const Span& right) {
    unsigned found = 0;
    const std::uint16_t* at = right.begin();
    for (const std::uint16_t number : left) {
        while (at != right.end() && *at < number) ++at;
        if (at != right.end() && *at == number) found += 1;
    }
    return found;
}

std::size_t shared(const std::vector<unsigned char>& one, const std::vector<unsigned char>& other) {
    std::size_t found = 0;
    auto at = other.begin();
    for (const auto letter : one) {
        while (at != other.end() && *at < letter) {
            at++;
        }
        if (at != other.end() && *at == letter) ++found;
    }
    return found;
}

int main() {
    std::vector<std::vector<std::uint16_t>> lists(6);
    std::vector<std::vector<unsigned char>> words(6);
    for (unsigned i = 0; i < 6; ++i) {
        for (unsigned k = 0; k < i * 9; ++k) {
            lists[i].push_back(static_cast<std::uint16_t>(k * k * 7919 % (i * 33)));
            words[i].push_back(static_cast<unsigned char>(k * i % 50));
        }
        if (i % 4 != 3) std::sort(lists[i].begin(), lists[i].end());
        if (i % 4 != 2) std::sort(words[i].begin(), words[i].end());
    }
    for (const auto& one : lists) {
        for (const auto& other : lists) {
            const Span left{one.data(), one.data() + one.size()};
            std::printf("%u ", both(left, {other.data(), other.data() + other.size()}));
        }
    }
    for (const auto& one : words) {
        for (const auto& other : words) std::printf("%zu ", shared(one, other));
    }
    std::printf("\n");
}
