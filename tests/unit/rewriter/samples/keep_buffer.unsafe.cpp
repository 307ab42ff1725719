#include <string>
#include <vector>

// Given to the caller; a function that calls itself; called once.
std::vector<int> squares(int count) {
    std::vector<int> made;
    for (int i = 0; i < count; ++i) made.push_back(i * i);
    return made;
}

int nested(int depth) {
    std::vector<int> own;
    own.push_back(depth);
    if (depth > 0) own.push_back(nested(depth - 1));
    return own.back();
}

int once(int n) {
    std::vector<int> own;
    own.push_back(n);
    return own.back();
}

int all(int n) {
    int sum = once(n);
    for (int i = 0; i < n; ++i) sum += nested(i) + static_cast<int>(squares(i).size());
    return sum;
}
