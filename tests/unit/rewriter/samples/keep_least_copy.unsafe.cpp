#include <algorithm>
#include <cstdint>
#include <list>
#include <string>
#include <tuple>
#include <vector>

struct Job {
    std::uint32_t start;
    std::uint16_t length;
};

struct Named {
    std::string name;
    int length;
};

// Elements that own memory, a list, part of a vector, an order that counts, reads a vector or a binding.
int named(const std::vector<Named>& all) {
    const auto found = std::min_element(all.begin(), all.end(), [](const Named& a, const Named& b) { return a.length < b.length; });
    return found->length;
}

int in_list(const std::list<Job>& all) {
    const auto found = std::min_element(all.begin(), all.end(), [](const Job& a, const Job& b) { return a.length < b.length; });
    return found->length;
}

int in_part(const std::vector<Job>& all) {
    const auto found = std::min_element(all.begin() + 1, all.end(), [](const Job& a, const Job& b) { return a.length < b.length; });
    return found->length;
}

int counted(const std::vector<Job>& all) {
    int looks = 0;
    const auto found = std::min_element(all.begin(), all.end(), [&](const Job& a, const Job& b) {
        ++looks;
        return a.length < b.length;
    });
    return found->length + looks;
}

int ranked(const std::vector<Job>& all, const std::vector<int>& ranks) {
    const auto found = std::min_element(all.begin(), all.end(), [&](const Job& a, const Job& b) {
        return ranks[a.length] < ranks[b.length];
    });
    return found->length;
}

int bound(const std::vector<Job>& all, const std::tuple<int, int>& both) {
    const auto& [one, other] = both;
    const auto found = std::min_element(all.begin(), all.end(), [&](const Job& a, const Job& b) {
        return a.length % one < b.length % one;
    });
    return found->length + other;
}
