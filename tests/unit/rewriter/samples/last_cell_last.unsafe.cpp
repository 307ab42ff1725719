#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

// Cells may be as large as their type allows, or narrow; others are compared.
std::uint32_t filled(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    std::fill(row.begin(), row.end(), ~0u);
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}

std::uint32_t from_most(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), -1);
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}

std::uint8_t narrow(const std::string& pattern, const std::string& name) {
    std::vector<std::uint8_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (const char c : name) {
        std::uint8_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint8_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint8_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}

std::uint32_t set(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    row[1] = ~0u;
    return row.back();
}

std::uint32_t lowered(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (const char c : name) {
        std::uint32_t corner = row[0]--;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}

std::uint32_t longest(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::max(step, other);
        }
    }
    return row.back();
}

std::uint32_t referred(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    std::uint32_t& last = row.back();
    auto& whole = row;
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}

std::uint32_t by_two(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 2;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}

std::uint32_t pointed(const std::string& pattern, const std::string& name) {
    std::vector<std::uint32_t> row;
    row.resize(pattern.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    std::uint32_t* first = &row[0];
    *first = ~0u;
    for (const char c : name) {
        std::uint32_t corner = row[0]++;
        for (std::size_t k = 0; k < pattern.size(); ++k) {
            const std::uint32_t step = std::min(row[k], row[k + 1]) + 1;
            const std::uint32_t other = corner + (pattern[k] != c);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
        }
    }
    return row.back();
}
