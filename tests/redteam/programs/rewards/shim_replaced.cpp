// expect: no gain
// Defines the driver's function with the same name and types.
#include "task.hpp"
#include <vector>

namespace aiopt {
struct Request { const unsigned char* data; std::size_t size; };
class Reply { public: std::vector<unsigned char> frame_; void put(const void*, std::size_t) {} };
}
void serve(const aiopt::Request&, aiopt::Reply&) {}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
