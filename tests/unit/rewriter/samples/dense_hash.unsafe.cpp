#include <cstdio>
#include <map>
#include <string>

// The order shows.
void list(const std::map<std::string, int>& ages) {
    for (const auto& entry : ages) std::printf("%s %d\n", entry.first.c_str(), entry.second);
}

// Entries go away again.
void forget(std::map<int, long>& ages, int who) {
    ages.erase(who);
}
