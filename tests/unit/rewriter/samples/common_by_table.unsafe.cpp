#include <cstdint>
#include <vector>

// Numbers too large for a table; a place that is used afterwards; another comparison; a sum of members.
std::size_t large(const std::vector<std::uint32_t>& one, const std::vector<std::uint32_t>& other) {
    std::size_t found = 0;
    auto at = other.begin();
    for (const std::uint32_t number : one) {
        while (at != other.end() && *at < number) ++at;
        if (at != other.end() && *at == number) ++found;
    }
    return found;
}

std::size_t reached(const std::vector<std::uint16_t>& one, const std::vector<std::uint16_t>& other) {
    std::size_t found = 0;
    auto at = other.begin();
    for (const std::uint16_t number : one) {
        while (at != other.end() && *at < number) ++at;
        if (at != other.end() && *at == number) ++found;
    }
    return found + (other.end() - at);
}

std::size_t upto(const std::vector<std::uint16_t>& one, const std::vector<std::uint16_t>& other) {
    std::size_t found = 0;
    auto at = other.begin();
    for (const std::uint16_t number : one) {
        while (at != other.end() && *at <= number) ++at;
        if (at != other.end() && *at == number) ++found;
    }
    return found;
}

std::size_t sum(const std::vector<std::uint16_t>& one, const std::vector<std::uint16_t>& other) {
    std::size_t found = 0;
    auto at = other.begin();
    for (const std::uint16_t number : one) {
        while (at != other.end() && *at < number) ++at;
        if (at != other.end() && *at == number) found += number;
    }
    return found;
}

std::size_t mixed(const std::vector<std::uint16_t>& one, const std::vector<int>& other) {
    std::size_t found = 0;
    auto at = other.begin();
    for (const std::uint16_t number : one) {
        while (at != other.end() && *at < number) ++at;
        if (at != other.end() && *at == number) ++found;
    }
    return found;
}
