#include <array>
#include <cstdint>
#include <vector>

constexpr std::uint32_t kRows = 640;

// Sums that fall or overflow; an array that may end before; turns that do more; a bound that moves.
std::uint32_t falling(const std::array<std::int32_t, kRows>& v, std::int64_t amount) {
    std::int64_t total = 0;
    std::uint32_t i = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= amount) break;
    }
    return i;
}

std::uint32_t narrow(const std::array<std::uint32_t, kRows>& v, std::uint32_t amount) {
    std::uint32_t i = 0;
    std::uint32_t total = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= amount) break;
    }
    return i;
}

std::uint32_t started(const std::array<std::uint32_t, kRows>& v, std::uint64_t total, std::uint64_t amount) {
    std::uint32_t i = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= amount) break;
    }
    return i;
}

std::uint32_t part(const std::vector<std::uint32_t>& v, std::uint64_t amount) {
    std::uint32_t i = 0;
    std::uint64_t total = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= amount) break;
    }
    return i;
}

std::uint32_t moving(const std::array<std::uint32_t, kRows>& v) {
    std::uint32_t i = 0;
    std::uint64_t total = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= 1000 - i) break;
    }
    return i;
}

std::uint32_t counted(const std::array<std::uint32_t, kRows>& v, std::uint64_t amount, std::uint32_t& looks) {
    std::uint32_t i = 0;
    std::uint64_t total = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= amount) break;
        ++looks;
    }
    return i;
}

std::uint32_t goes_on(const std::array<std::uint32_t, kRows>& v, std::uint64_t amount) {
    std::uint32_t i = 0;
    std::uint64_t total = 0;
    for (; i < kRows; ++i) {
        total += v[i];
        if (total >= amount) amount += 5;
    }
    return i;
}

std::uint32_t two(const std::array<std::uint32_t, kRows>& v, const std::array<std::uint32_t, kRows>& w,
                  std::uint64_t place) {
    for (std::uint32_t i = 0; i < kRows; ++i) {
        if (place < v[i]) return i;
        place -= w[i];
    }
    return 0;
}
