#include <cstdint>
#include <cstdio>
#include <vector>

struct Net {
    std::vector<std::vector<std::uint16_t>> links;
    std::vector<std::uint8_t> grades;
};

void nearest(const Net& net) {
    std::vector<std::uint64_t> hops;
    std::vector<std::uint32_t> reached;
    for (std::uint32_t start = 0; start < 100; ++start) {
        std::uint64_t answer = 999;
        hops.assign(net.links.size(), 1000);
        hops[start] = 0;
        reached.assign(1, start);
        for (std::size_t i = 0; i < reached.size(); ++i) {
            const std::uint32_t from = reached[i];
            if (net.grades[from] == start % 7) {
                answer = hops[from];
                break;
            }
            for (const std::uint16_t place : net.links[from]) {
                if (hops[place] != 1000) continue;
                hops[place] = hops[from] + 1;
                reached.push_back(place);
            }
        }
        std::printf("%llu ", (unsigned long long)answer);
    }
}

// Distances wrap around to the value that stands for "not seen".
int wrapped(const Net& net, std::uint32_t start, int grade) {
    std::vector<std::uint8_t> hops(net.links.size(), 3);
    std::vector<std::uint32_t> reached;
    reached.push_back(start);
    hops[start] = 250;
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const auto from = reached[i];
        if (net.grades[from] == grade) {
            return hops[from];
        }
        for (const std::uint16_t place : net.links[from]) {
            if (hops[place] != 3) continue;
            hops[place] = hops[from] + 1;
            reached.push_back(place);
        }
    }
    return -1;
}

int main() {
    Net net;
    net.links.resize(100);
    for (std::uint32_t i = 0; i < 300; ++i) net.links[i * 37 % 100].push_back(i * i % 97);
    for (std::uint32_t i = 0; i < 100; ++i) net.grades.push_back(i % 13);
    nearest(net);
    for (std::uint32_t i = 0; i < 100; ++i) std::printf("%d ", wrapped(net, i, 12));
    std::printf("\n");
}
