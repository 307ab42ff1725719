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

struct Event {
    std::uint32_t time;
    int level;
};

// How many are less, and whether the number is there.
long less(const Span& span, unsigned number) {
    return std::lower_bound(span.begin(), span.end(), number) - span.begin();
}

bool holds(const Span& span, unsigned number) { return std::binary_search(span.begin(), span.end(), number); }

long until(const std::vector<Event>& events, std::uint32_t time) {
    return std::upper_bound(events.begin(), events.end(), time,
                            [](std::uint32_t t, const Event& event) { return t < event.time; }) -
           events.begin();
}

long within(const std::vector<int>& levels, int low, int high) {
    const auto first = std::lower_bound(levels.begin(), levels.end(), low, [](int a, int b) { return a < b; });
    return std::upper_bound(first, levels.end(), high) - levels.begin();
}

long among(const int* levels, int count, int level) {
    return std::upper_bound(levels, levels + count, level) - std::lower_bound(levels, levels + count, level);
}

int main() {
    std::vector<std::uint16_t> numbers;
    std::vector<Event> events;
    std::vector<int> levels;
    for (int size = 0; size < 40; ++size) {
        const Span span{numbers.data(), numbers.data() + numbers.size()};
        for (int at = 0; at < 90; at += 3) {
            std::printf("%ld %d %ld ", less(span, at), holds(span, at), until(events, at));
            std::printf("%ld %ld ", within(levels, at, at + 5), among(levels.data(), size, at));
        }
        numbers.push_back(size * 2 + size % 3);
        events.push_back({static_cast<std::uint32_t>(size / 2 * 3), size});
        levels.push_back(size / 4 * 6);
    }
    std::printf("\n");
}
