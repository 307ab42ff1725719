#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

int main() {
    std::vector<std::pair<int, std::string>> pairs;
    std::map<int, std::string> names;
    pairs.push_back(std::make_pair(1, "one"));
    names.insert(std::make_pair(2, "two"));
    std::printf("%s %s\n", pairs[0].second.c_str(), names[2].c_str());
}
