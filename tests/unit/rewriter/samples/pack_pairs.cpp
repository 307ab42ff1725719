#include <cstdint>
#include <cstdio>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

void ways() {
    using Entry = std::pair<std::uint32_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    for (std::uint32_t i = 0; i < 100; ++i) open.emplace(i * 2654435769u, i);
    while (!open.empty()) {
        const auto [sum, at] = open.top();
        open.pop();
        std::printf("%u %u ", sum, at);
        if (at % 3 == 0) open.push({sum / 2, at + 1});
    }
}

void merged() {
    using Place = std::pair<std::uint16_t, std::uint8_t>;
    std::priority_queue<Place, std::vector<Place>, std::greater<>> next;
    for (int i = 0; i < 50; ++i) next.push({static_cast<std::uint16_t>(i * 7919), static_cast<std::uint8_t>(i)});
    while (next.size() > 0) {
        std::printf("%d %d ", next.top().first, next.top().second);
        next.pop();
    }
}

struct Row {
    std::uint32_t start;
    std::uint32_t step;
};

void rows() {
    using Entry = std::pair<std::uint32_t, const Row*>;
    static const std::vector<Row> all = {{4000000000u, 7}, {3, 11}, {3, 5}, {0, 13}};
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
    for (const Row& row : all) next.emplace(row.start, &row);
    for (int i = 0; i < 60; ++i) {
        const auto [at, row] = next.top();
        next.pop();
        std::printf("%u %u ", at, row->step);
        next.emplace(at + row->step, row);
    }
}

void long_ways() {
    using Entry = std::pair<std::uint64_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    for (std::uint32_t i = 0; i < 100; ++i) open.push({i * 0x9e3779b97f4a7c15ULL, 100 - i});
    for (; !open.empty(); open.pop()) std::printf("%llu %u ", (unsigned long long)open.top().first, open.top().second);
}

int main() {
    ways();
    rows();
    long_ways();
    merged();
    std::printf("\n");
}
