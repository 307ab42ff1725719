#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

constexpr std::uint32_t kLanes = 16;

struct Job {
    std::uint32_t start;
    std::uint16_t lane;
    std::uint16_t length;
};

void serve(std::vector<Job> jobs) {
    std::uint32_t lane = 3;
    while (!jobs.empty()) {
        const auto taken = std::min_element(jobs.begin(), jobs.end(), [&](const Job& one, const Job& other) {
            if (one.lane == other.lane) return one.length < other.length;
            return (one.lane - lane) % kLanes < (other.lane - lane) % kLanes;
        });
        lane = taken->lane;
        std::printf("%u ", taken->start);
        jobs.erase(taken);
    }
}

long longest(const std::vector<Job>& jobs) {
    auto found = std::max_element(jobs.begin(), jobs.end(),
                                  [](const Job& one, const Job& other) { return one.length < other.length; });
    return found - jobs.begin();
}

int main() {
    std::vector<Job> jobs;
    std::printf("%ld ", longest(jobs));
    for (std::uint32_t i = 0; i < 80; ++i) {
        jobs.push_back({i, static_cast<std::uint16_t>(i * i % 15), static_cast<std::uint16_t>(i * 7 % 13)});
        std::printf("%ld ", longest(jobs));
    }
    serve(jobs);
    std::printf("\n");
}
