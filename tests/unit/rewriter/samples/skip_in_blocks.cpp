#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Days {
    std::array<std::uint32_t, 1000> bookings{};

    std::uint32_t busiest(std::uint32_t first, std::uint32_t last) const {
        std::uint32_t best = first;
        for (std::uint32_t day = first; day <= last; ++day) {
            if (bookings[day] > bookings[best]) best = day;
        }
        return best;
    }
};

std::uint64_t repeats(const std::vector<std::uint16_t>& v, std::size_t range) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < v.size(); ++at) {
        for (std::size_t back = 1; back <= range && back < at + 1; ++back) {
            if (v[at - back] != v[at]) continue;
            sum = sum * 3 + back;
        }
    }
    return sum;
}

std::uint64_t places(const std::vector<int>& v, int x) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < v.size(); i++) {
        if (v[i] == x) {
            sum = sum * 5 + i;
        }
    }
    return sum;
}

int main() {
    Days days;
    std::vector<std::uint16_t> some;
    std::vector<int> others;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        days.bookings[i] = i * i % 997;
        if (i < 400) some.push_back(static_cast<std::uint16_t>(i * i % 307));
        others.push_back(static_cast<int>(i * i % 89));
    }
    for (std::uint32_t i = 0; i < 1000; i += 17) {
        std::printf("%u %u ", days.busiest(i / 2, i), days.busiest(i, 999));
        std::printf("%llu ", static_cast<unsigned long long>(repeats(some, i)));
        std::printf("%llu\n", static_cast<unsigned long long>(places(others, static_cast<int>(i))));
    }
}
