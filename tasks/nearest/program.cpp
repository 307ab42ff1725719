// Counts for each value how many equal ones come before it.
#include "task.hpp"

extern "C" void nearest(const std::uint32_t* values, std::size_t count, std::uint32_t* before) {
    for (std::size_t i = 0; i < count; ++i) {
        before[i] = 0;
        for (std::size_t j = 0; j < i; ++j) {
            if (values[j] == values[i]) {
                ++before[i];
            }
        }
    }
}
