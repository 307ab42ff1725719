#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Reading {
    std::uint32_t time;
    std::int16_t level;
};

struct Log {
    const Reading* readings;
    std::size_t count;
};

struct Reply {
    std::uint64_t sum = 0;
};

void put(Reply& reply, std::int64_t number) { reply.sum = reply.sum * 31 + number; }

void lowest(const Log& log, std::size_t length, Reply& reply) {
    for (std::size_t first = 0; first < log.count; ++first) {
        const std::size_t end = std::min(first + length, log.count);
        std::int16_t low = log.readings[first].level;
        for (std::size_t i = first + 1; i < end; ++i) {
            low = std::min(low, log.readings[i].level);
        }
        put(reply, low);
    }
}

std::vector<std::uint64_t> peaks(const std::vector<std::uint32_t>& values) {
    std::vector<std::uint64_t> keys(values.size());
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = std::uint64_t{values[i]} << 8 | i % 256;
    std::vector<std::uint64_t> found;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::size_t size = std::min<std::size_t>(values[i] % 90, keys.size() - i);
        std::uint64_t peak = 5;
        for (std::size_t next = i; next < i + size; ++next) peak = std::max(keys[next], peak);
        found.push_back(peak);
    }
    return found;
}

int main() {
    std::vector<Reading> readings;
    std::vector<std::uint32_t> values;
    for (unsigned i = 0; i < 150; ++i) {
        readings.push_back({i, static_cast<std::int16_t>(i * 7919 % 1000 - 500)});
        values.push_back(i * i * 31);
        Reply reply;
        for (std::size_t length = 0; length < 70; length += 9) lowest({readings.data(), readings.size()}, length, reply);
        std::printf("%llu ", static_cast<unsigned long long>(reply.sum));
        for (const std::uint64_t peak : peaks(values)) std::printf("%llu ", static_cast<unsigned long long>(peak));
    }
    std::printf("\n");
}
