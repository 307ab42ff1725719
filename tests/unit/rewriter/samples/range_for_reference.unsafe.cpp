#include <string>
#include <vector>

std::size_t shout(const std::vector<std::string>& towns) {
    std::size_t letters = 0;
    for (std::string town : towns) {
        town += "!";
        letters += town.size();
    }
    for (char c : towns[0]) {
        letters += c;
    }
    return letters;
}
