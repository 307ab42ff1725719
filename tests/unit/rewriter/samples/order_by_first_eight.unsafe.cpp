#include <cstddef>
#include <cstring>

// Fewer than eight bytes, perhaps fewer, another question, or already compared so.
bool few(const char* a, const char* b) { return std::memcmp(a, b, 7) < 0; }

bool perhaps_few(const char* a, const char* b, std::size_t size) { return std::memcmp(a, b, size) < 0; }

bool equal(const char* a, const char* b) { return std::memcmp(a, b, 16) == 0; }

bool octal(const char* a, const char* b) { return std::memcmp(a, b, 010) < 0; }

bool below(const char* a, const char* b) { return std::memcmp(a, b, 16) < 1; }
