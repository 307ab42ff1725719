#include <cstddef>
#include <vector>

// Numbers, not bytes; no end but the difference.
std::size_t equal_numbers(const std::vector<int>& values, std::size_t a, std::size_t b, std::size_t most) {
    std::size_t length = 0;
    while (length < most && values[a + length] == values[b + length]) {
        ++length;
    }
    return length;
}

std::size_t equal_text(const char* a, const char* b) {
    std::size_t length = 0;
    while (a[length] != 0 && a[length] == b[length]) {
        ++length;
    }
    return length;
}
