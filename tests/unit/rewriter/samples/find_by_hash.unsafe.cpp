#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// A single character, a key, a part of a literal, or a search from the end.
std::size_t commas(std::string_view text, char sought) {
    std::size_t count = 0;
    for (std::size_t at = text.find(sought); at != text.npos; at = text.find(sought, at + 1)) ++count;
    return count;
}

std::size_t known(const std::map<std::string, int>& values, const std::vector<std::string>& names) {
    std::size_t count = 0;
    for (const std::string& name : names) count += values.find(name) != values.end();
    return count;
}

std::size_t backwards(const std::vector<std::string>& names, const std::string& part) {
    std::size_t count = 0;
    for (const std::string& name : names) count += name.rfind(part) + name.find("x") + name.find(part, 0, 2);
    return count;
}

std::size_t once(const std::string& name, const std::string& part) { return name.find(part); }
