#include <cstdio>
#include <string>

int vowels(const std::string& word) {
    int count = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == 'a' || word[i] == 'e') ++count;
    }
    return count;
}

int main() {
    std::string name = "banane";
    std::printf("%d %d\n", vowels(name), vowels("lake"));
}
