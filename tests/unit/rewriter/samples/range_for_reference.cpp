#include <cstdio>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> towns = {"Ulm", "Bonn", "Trier"};
    std::size_t letters = 0;
    for (std::string town : towns) {
        letters += town.size();
    }
    for (auto town : towns) {
        std::printf("%s\n", town.c_str());
    }
    std::printf("%zu\n", letters);
}
