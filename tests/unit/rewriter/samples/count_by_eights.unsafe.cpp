#include <string>
#include <vector>

// Elements of another type, another test, a sum that may change what is sought, or a weight.
int numbers(const std::vector<int>& values, int sought) {
    int count = 0;
    for (int value : values) count += value == sought;
    return count;
}

int below(const std::string& text, char sought) {
    int count = 0;
    for (char c : text) count += c < sought;
    return count;
}

int wide(const std::string& text, int sought) {
    int count = 0;
    for (char c : text) count += c == sought;
    return count;
}

int moving(const std::string& text) {
    char count = 0;
    for (char c : text) count += c == count;
    return count;
}

double measured(const std::string& text, char sought) {
    double count = 0;
    for (char c : text) count += c == sought;
    return count;
}

int product(const std::string& text, char sought) {
    int count = 1;
    for (char c : text) count *= c == sought;
    return count;
}

int unsigned_ones(const std::string& text, char sought) {
    int count = 0;
    for (unsigned char c : text) count += c == sought;
    return count;
}
