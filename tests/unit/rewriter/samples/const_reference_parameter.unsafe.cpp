#include <string>
#include <utility>

std::string trimmed(std::string word) {
    word.pop_back();
    return word;
}

struct Holder {
    std::string held;
};

Holder hold(std::string word) {
    Holder holder;
    holder.held = std::move(word);
    return holder;
}

int twice(int n) { return 2 * n; }
