#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Stop {
    std::uint32_t minute;
    std::uint16_t line;
    std::int16_t level;
};

const Stop* from_minute(const Stop* first, const Stop* last, std::uint32_t minute) {
    return std::lower_bound(first, last, minute, [](const Stop& stop, std::uint32_t m) { return stop.minute < m; });
}

std::uint64_t waits(const Stop* first, const Stop* last) {
    std::uint64_t minutes = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* next = from_minute(stop, last, stop->minute + 3);
        while (next != last && std::abs(next->line - stop->line) > 1) {
            ++next;
        }
        if (next != last) minutes += next->minute - stop->minute;
    }
    return minutes;
}

long lower(const Stop* first, const Stop* last) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = first;
        while (other != last && other->level >= stop->level - 2) other++;
        sum += other - first;
    }
    return sum;
}

int main() {
    std::vector<Stop> stops;
    for (std::uint32_t i = 0; i < 700; ++i) {
        stops.push_back({i * 2, static_cast<std::uint16_t>(i * i % 997), static_cast<std::int16_t>(300 - i * 7 % 620)});
    }
    for (std::size_t count = 0; count <= 700; count += 70) {
        const Stop* first = stops.data();
        std::printf("%llu %ld ", (unsigned long long)waits(first, first + count), lower(first, first + count));
    }
    std::printf("\n");
}
