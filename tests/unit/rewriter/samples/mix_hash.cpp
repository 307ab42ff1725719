#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Entry {
    std::uint64_t key;
    int hits;
};

class Counter {
public:
    Counter() : chains_(16) {}
    void add(std::uint64_t key) {
        std::vector<Entry>& chain = chains_[key & (chains_.size() - 1)];
        for (Entry& entry : chain) {
            if (entry.key == key) {
                entry.hits += 1;
                return;
            }
        }
        chain.push_back({key, 1});
    }
    int longest() const {
        std::vector<int> hits;
        for (const std::vector<Entry>& chain : chains_) {
            for (const Entry& entry : chain) hits.push_back(entry.hits);
        }
        std::sort(hits.begin(), hits.end());
        return hits.back() * 100 + static_cast<int>(hits.size());
    }

private:
    std::vector<std::vector<Entry>> chains_;
};

int main() {
    Counter counter;
    for (std::uint64_t i = 0; i < 100; ++i) counter.add(i % 30 * 4096);
    std::printf("%d\n", counter.longest());
}
