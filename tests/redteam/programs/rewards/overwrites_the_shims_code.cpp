// expect: tampered or crash or wrong_answer
// Makes code writable and lets main return at once.
#include "task.hpp"
#include <cstring>
#include <sys/mman.h>

extern "C" int main();
extern "C" unsigned char __executable_start, etext;

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
    unsigned char* start = &__executable_start;
    const auto size = static_cast<std::size_t>(&etext - start);
    mprotect(start, (size + 4095) / 4096 * 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    void* const above = __builtin_return_address(0);
    std::memset(above, 0xc3, 16);
}
