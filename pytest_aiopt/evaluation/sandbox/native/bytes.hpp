// Bytes that belong to somebody else, and the numbers in them.
#pragma once

#include <cstddef>
#include <cstring>

namespace aiopt {

struct Bytes {
    const unsigned char* data;
    std::size_t size;
};

// The number at this place; 0 where the bytes end before.
template <class Integer>
Integer number_at(Bytes bytes, std::size_t place) {
    Integer value = 0;
    if (bytes.size >= sizeof value && place <= bytes.size - sizeof value) {
        std::memcpy(&value, bytes.data + place, sizeof value);
    }
    return value;
}

}  // namespace aiopt
