#include <cstring>
#include <vector>

struct Pair {
    int left;
    int right;
};

// Both are read.
int sum(const std::vector<Pair>& pairs) {
    int total = 0;
    for (const Pair& pair : pairs) total += pair.left + pair.right;
    return total;
}

struct Header {
    int length;
    int kind;
};

// Written, and then looked at as bytes.
void put(char* to, int length, int kind) {
    Header header;
    header.length = length;
    header.kind = kind;
    std::memcpy(to, &header, 8);
}
