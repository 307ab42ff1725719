#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

// Numbers too large for a table; a vector that is not empty; one that the loop reads; one of a caller.
std::vector<int> large(const std::vector<std::vector<int>>& lists) {
    std::vector<int> all;
    std::vector<int> next;
    for (const std::vector<int>& list : lists) {
        next.clear();
        std::set_union(all.begin(), all.end(), list.begin(), list.end(), std::back_inserter(next));
        all.swap(next);
    }
    return all;
}

std::vector<std::uint16_t> begun(const std::vector<std::vector<std::uint16_t>>& lists) {
    std::vector<std::uint16_t> all = lists[0];
    std::vector<std::uint16_t> next;
    for (const std::vector<std::uint16_t>& list : lists) {
        next.clear();
        std::set_union(all.begin(), all.end(), list.begin(), list.end(), std::back_inserter(next));
        all.swap(next);
    }
    return all;
}

std::vector<std::uint16_t> limited(const std::vector<std::vector<std::uint16_t>>& lists) {
    std::vector<std::uint16_t> all;
    std::vector<std::uint16_t> next;
    for (const std::vector<std::uint16_t>& list : lists) {
        if (all.size() > 100) break;
        next.clear();
        std::set_union(all.begin(), all.end(), list.begin(), list.end(), std::back_inserter(next));
        all.swap(next);
    }
    return all;
}

void added(const std::vector<std::vector<std::uint16_t>>& lists, std::vector<std::uint16_t>& all) {
    std::vector<std::uint16_t> next;
    for (const std::vector<std::uint16_t>& list : lists) {
        next.clear();
        std::set_union(all.begin(), all.end(), list.begin(), list.end(), std::back_inserter(next));
        all.swap(next);
    }
}

// Numbers collect in the vector; the order is another one.
std::vector<std::uint16_t> collected(const std::vector<std::vector<std::uint16_t>>& lists) {
    std::vector<std::uint16_t> all;
    std::vector<std::uint16_t> next;
    for (const std::vector<std::uint16_t>& list : lists) {
        std::set_union(all.begin(), all.end(), list.begin(), list.end(), std::back_inserter(next));
        all.swap(next);
    }
    return all;
}

std::vector<std::uint16_t> falling(const std::vector<std::vector<std::uint16_t>>& lists) {
    std::vector<std::uint16_t> all;
    std::vector<std::uint16_t> next;
    const auto more = [](std::uint16_t a, std::uint16_t b) { return a > b; };
    for (const std::vector<std::uint16_t>& list : lists) {
        next.clear();
        std::set_union(all.begin(), all.end(), list.begin(), list.end(), std::back_inserter(next), more);
        all.swap(next);
    }
    return all;
}
