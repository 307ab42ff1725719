#include <cstdio>
#include <set>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> guests = {"Ada", "Kurt", "Ada", "Emmy"};
    std::set<std::string> distinct;
    for (const std::string& guest : guests) {
        distinct.insert(guest);
    }
    std::printf("%zu\n", distinct.size());
}
