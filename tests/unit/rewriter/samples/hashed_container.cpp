#include <cstdio>
#include <map>
#include <set>
#include <string>

int main() {
    std::map<std::string, int> counts;
    std::set<int> lengths;
    for (const char* word : {"oak", "elm", "oak", "beech"}) {
        counts[word] += 1;
        lengths.insert(counts[word]);
    }
    int sum = 0;
    for (const auto& entry : counts) {
        sum += entry.second;
    }
    std::printf("%d %zu %zu\n", sum, counts.size(), lengths.size());
}
