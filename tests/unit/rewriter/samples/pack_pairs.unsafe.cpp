#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

// Greatest first; a signed number; a number that is not whole, or a text, comes second; a queue that is passed on; a pair that is used elsewhere.
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
    using Entry = std::pair<std::uint64_t, double>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    open.emplace(1, 2);
    return open.top().second;
}

std::size_t worded() {
    using Entry = std::pair<std::uint32_t, std::string>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    open.emplace(1, "two");
    return open.top().second.size();
}

int behind_pointer(const int* at) {
    using Entry = std::pair<const int*, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;
    open.emplace(at, 2);
    return *open.top().first;
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
