#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

// It counts equal elements anywhere; it has an effect; it compares something else; it starts at 1.
std::size_t equal_ones(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 0;
    for (std::size_t i = 0; i < most; ++i) same += one[i] == two[i];
    return same;
}

std::size_t calls = 0;

std::size_t counted(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 0;
    ++calls;
    while (same < most && one[same] == two[same]) ++same;
    return same;
}

std::size_t later(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 0;
    while (same < most && one[same] <= two[same]) ++same;
    return same;
}

std::size_t behind(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 1;
    while (same < most && one[same] == two[same]) ++same;
    return same;
}

std::size_t shared(std::string_view one, std::string_view two) {
    const std::size_t most = std::min(one.size(), two.size());
    std::size_t same = 0;
    while (same < most && one[same] == two[same]) ++same;
    return same;
}

std::string next();

std::size_t all(std::string_view a, std::string_view b) {
    std::size_t longest = 0;
    longest = std::max(longest, equal_ones(a, b));
    longest = std::max(longest, counted(a, b));
    longest = std::max(longest, later(a, b));
    longest = std::max(longest, behind(a, b));
    longest = std::max(longest, shared(a, next()));
    longest = std::min(longest, shared(a, b));
    if (a == b)
        longest = std::max(longest, shared(a, b));
    else
        longest = 0;
    return longest;
}
