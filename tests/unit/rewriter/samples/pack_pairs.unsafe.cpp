#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

// Greatest first; a signed number; too many bits; a queue that is passed on; a pair that is used elsewhere.
int greatest() {
    using Entry = std::pair<std::uint32_t, std::uint32_t>;
    std::priority_queue<Entry> open;
    open.emplace(1, 2);
    return open.top().second;
}

int with_sign() {
    using Entry = std::pair<std::int32_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    open.emplace(-1, 2);
    return open.top().second;
}

int wide() {
    using Entry = std::pair<std::uint64_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    open.emplace(1, 2);
    return open.top().second;
}

template <class Queue>
void drain(Queue& queue) {
    while (!queue.empty()) queue.pop();
}

void passed_on() {
    using Entry = std::pair<std::uint32_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    open.emplace(1, 2);
    drain(open);
}

int kept() {
    using Entry = std::pair<std::uint32_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    Entry best{3, 4};
    open.push(best);
    return open.top().second;
}
