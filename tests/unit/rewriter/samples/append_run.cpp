#include <cctype>
#include <cstdio>
#include <string>
#include <vector>

std::string word_at(const std::string& text, std::size_t at) {
    std::string word;
    while (at < text.size() && text[at] != ' ') {
        word += text[at];
        ++at;
    }
    return word;
}

std::vector<int> run_at(const std::vector<int>& values, std::size_t at) {
    std::vector<int> run;
    while (at < values.size() && values[at] > 0) {
        run.push_back(values[at]);
        at++;
    }
    return run;
}

int main() {
    const std::string text = "many words stand here";
    const std::vector<int> values = {0, 4, 5, 6, -1, 7};
    for (std::size_t at = 0; at < text.size(); ++at) std::printf("%s,", word_at(text, at).c_str());
    std::printf("%zu %zu\n", run_at(values, 1).size(), run_at(values, 5).size());
}
