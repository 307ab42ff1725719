#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

using Links = std::vector<std::vector<std::uint16_t>>;

void reach(const Links& links) {
    std::vector<char> seen;
    std::vector<std::uint32_t> reached;
    for (std::uint32_t start = 0; start < 50; start += 7) {
        seen.assign(links.size(), 0);
        seen[start] = 1;
        reached.assign(1, start);
        for (std::size_t next = 0; next < reached.size() && reached.size() < 90; ++next) {
            for (const std::uint16_t place : links[reached[next]]) {
                if (seen[place]) continue;
                seen[place] = 1;
                reached.push_back(place);
            }
        }
        std::printf("%zu %u ", reached.size(), reached.back());
    }
}

void below(const Links& links) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> open;
    for (std::uint32_t start = 0; start < 20; ++start) {
        std::uint64_t sum = 0;
        open.clear();
        for (std::uint32_t i = 0; i < 40; ++i) {
            open.emplace_back(i, 5);
        }
        while (!open.empty()) {
            const auto [place, steps] = open.back();
            open.pop_back();
            sum = 3 * sum + place;
            if (steps == 6) continue;
            for (const std::uint16_t child : links[place]) {
                open.emplace_back(child, steps + 1);
            }
        }
        std::printf("%llu %d ", (unsigned long long)sum, open.empty() ? 1 : 2);
    }
}

int main() {
    Links links(100);
    for (std::uint32_t i = 0; i < 300; ++i) links[i * 37 % 100].push_back(i * i % 97);
    reach(links);
    links.assign(100, {});
    for (std::uint32_t i = 0; i < 90; ++i) links[i].push_back(i + 1 + i % 10);
    below(links);
    std::printf("\n");
}
