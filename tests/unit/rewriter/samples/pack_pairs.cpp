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

int main() {
    ways();
    merged();
    std::printf("\n");
}
