#include <cstddef>
#include <cstdio>
#include <vector>

struct Name {
    char letters[12];
    unsigned length;
};

std::size_t alike(const std::vector<Name>& names, const Name& sought, std::size_t length) {
    std::size_t count = 0;
    for (const Name& name : names) {
        std::size_t same = 0;
        while (same < length && name.letters[same] == sought.letters[same]) {
            ++same;
        }
        count += same == length;
    }
    return count;
}

int main() {
    const std::vector<Name> names = {{"abcdefghijk", 11}, {"abcdefghixk", 11}, {"abcdefgx", 8}, {"xb", 2}, {"ab", 2}};
    for (const Name& sought : names) {
        for (std::size_t length = 0; length <= 11; ++length) {
            std::printf("%zu ", alike(names, sought, length));
        }
    }
    std::printf("\n");
}
