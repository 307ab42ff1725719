// Allocates in three places, in known numbers and sizes.
#include "ground.hpp"
#include <cstdlib>
#include <memory>
#include <vector>

int main() {
    const std::uint64_t n = size_of_input();
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 10 * n; ++i) {
        auto many = std::make_unique<char[]>(100);  // MANY
        many[i % 100] = 1;
        sum += many[i % 7];
        asm volatile("" : : "r"(many.get()) : "memory");
    }
    std::vector<void*> kept;
    kept.reserve(n);
    for (std::uint64_t i = 0; i < n; ++i) {
        kept.push_back(std::malloc(4000));  // KEPT
        *static_cast<volatile char*>(kept.back()) = 1;
    }
    for (void* one : kept) std::free(one);
    auto large = std::make_unique<char[]>(1000 * n);  // LARGE
    large[sum % 1000] = 1;
    asm volatile("" : : "r"(large.get()) : "memory");
    tell("MANY", static_cast<double>(10 * n));
    tell("KEPT", static_cast<double>(n));
    return 0;
}
