#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Span {
    std::uint32_t start;
    std::uint16_t length;
    std::uint16_t weight;
};

std::uint32_t end_of(const Span& span) { return span.start + span.length; }

const Span* first_from(const Span* first, const Span* last, std::uint32_t start) {
    return std::lower_bound(first, last, start, [](const Span& span, std::uint32_t s) { return span.start < s; });
}

std::uint32_t chain(const Span* first, const Span* last) {
    std::vector<std::uint32_t> chains(last - first);
    std::uint32_t longest = 0;
    for (const Span* span = first; span != last; ++span) {
        std::uint32_t before = 0;
        for (const Span* other = first; other != span; ++other) {
            const bool fits = (other->weight < span->weight) & (end_of(*other) <= span->start);
            before = std::max(before, fits * chains[other - first]);
        }
        chains[span - first] = before + 1;
        longest = std::max(longest, before + 1);
    }
    return longest;
}

std::uint64_t nested(const Span* first, const Span* last) {
    std::uint64_t sum = 0;
    for (const Span* span = first; span != last; ++span) {
        const Span* end = first_from(span, last, end_of(*span));
        std::uint64_t inner = 0;
        for (const Span* other = span + 1; other != end; ++other) {
            inner += (end_of(*other) <= end_of(*span)) * (other->weight + 1);
        }
        sum += inner * span->weight;
    }
    return sum;
}

std::uint64_t equal(const Span* first, const Span* last) {
    std::uint64_t count = 0;
    for (const Span* span = first; span != last; ++span) {
        for (const Span* other = span; other != last; ++other) {
            count += other->length == span->length & other->weight > 7;
        }
    }
    return count;
}

std::uint64_t loads(const Span* first, const Span* last) {
    std::uint64_t sum = 0;
    for (const Span* span = first; span != last; ++span) {
        const std::uint32_t minute = span->start + 5;
        const Span* from = first_from(first, last, minute - std::min(minute, 700u));
        std::uint64_t load = 0;
        for (const Span* other = from; other != last && other->start <= minute; ++other) {
            load += (end_of(*other) > minute) * other->weight;
        }
        sum += load * load;
    }
    return sum;
}

int main() {
    std::vector<Span> spans;
    for (std::uint32_t i = 0; i < 600; ++i) {
        spans.push_back({i * 3 + i % 5, static_cast<std::uint16_t>(1 + i * 37 % 661), static_cast<std::uint16_t>(i * 7 % 50)});
    }
    for (std::size_t count = 0; count <= 600; count += 75) {
        const Span* first = spans.data();
        const Span* last = first + count;
        std::printf("%u %llu ", chain(first, last), (unsigned long long)nested(first, last));
        std::printf("%llu %llu ", (unsigned long long)equal(first, last), (unsigned long long)loads(first, last));
    }
    std::printf("\n");
}
