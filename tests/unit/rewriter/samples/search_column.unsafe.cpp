#include <cstdint>
#include <cstdlib>
#include <vector>

struct Stop {
    std::uint32_t minute;
    std::uint16_t line;
    std::uint16_t level;
};

// A wide member, two members, a test that may fail or changes something, rows that change, other rows.
long wide(const Stop* first, const Stop* last) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = stop;
        while (other != last && other->minute - stop->minute < 9) ++other;
        sum += other - first;
    }
    return sum;
}

long two(const Stop* first, const Stop* last) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = stop;
        while (other != last && other->line != other->level) ++other;
        sum += other - first;
    }
    return sum;
}

long divided(const Stop* first, const Stop* last) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = stop;
        while (other != last && 100 / other->line > 3) ++other;
        sum += other - first;
    }
    return sum;
}

long listed(const Stop* first, const Stop* last, const std::vector<int>& names) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = stop;
        while (other != last && names[other->line] > 3) ++other;
        sum += other - first;
    }
    return sum;
}

long looks(const Stop* first, const Stop* last) {
    long sum = 0, looked = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = stop;
        while (other != last && other->line > ++looked) ++other;
        sum += other - first;
    }
    return sum;
}

long changed(Stop* first, Stop* last) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = stop;
        while (other != last && other->line > 3) ++other;
        first->line = 2;
        sum += other - first;
    }
    return sum;
}

long elsewhere(const Stop* first, const Stop* last, const Stop* from, const Stop* to) {
    long sum = 0;
    for (const Stop* stop = first; stop != last; ++stop) {
        const Stop* other = from;
        while (other != to && other->line != stop->line) ++other;
        sum += other - from;
    }
    return sum;
}

long alone(const Stop* first, const Stop* last) {
    const Stop* other = first;
    while (other != last && other->line != 3) ++other;
    return other - first;
}
