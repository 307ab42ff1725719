#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

struct Report {
    std::vector<int> counts;  // in any order
};

int main() {
    std::map<std::string, int> counts;
    std::set<int> lengths;
    for (const char* word : {"oak", "elm", "oak", "beech"}) {
        counts[word] += 1;
        lengths.insert(counts[word]);
    }
    std::map<char, int> initials;
    for (const char* word : {"oak", "elm", "ash"}) initials[word[0]] += 1;
    Report report;
    for (const auto& entry : initials) report.counts.push_back(entry.second);
    int sum = static_cast<int>(report.counts.size());
    for (const auto& entry : counts) {
        sum += entry.second;
    }
    std::printf("%d %zu %zu\n", sum, counts.size(), lengths.size());
}
