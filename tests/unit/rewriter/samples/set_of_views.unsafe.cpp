#include <set>
#include <string>
#include <vector>

// The strings do not outlive the set, or change under it.
std::size_t count(std::vector<std::string>& guests, int n) {
    std::set<std::string> made;
    for (int i = 0; i < n; ++i) {
        std::string name = std::to_string(i % 3);
        made.insert(name);
    }
    std::set<std::string> seen;
    for (const std::string& guest : guests) {
        seen.insert(guest);
    }
    guests.clear();
    return made.size() + seen.size();
}
