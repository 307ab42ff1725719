#include <cstdint>
#include <vector>

bool known(int x);

// The loop may end early; its end moves; the test is not rare, changes something or needs 64 bits.
std::size_t first(const int* v, std::size_t count, int x) {
    std::size_t found = count;
    for (std::size_t i = 0; i < count; ++i) {
        if (v[i] == x) {
            found = i;
            break;
        }
    }
    return found;
}

std::size_t ends(const std::vector<std::uint32_t>& v, std::size_t end) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < end; ++i) {
        if (v[i] == 7) {
            end = v[i] + i / 2;
            sum += i;
        }
    }
    return sum;
}

std::size_t grows(std::vector<int>& v) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] == 7) {
            v.push_back(3);
            sum += i;
        }
    }
    return sum;
}

std::size_t often(const std::vector<int>& v) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] != 7) {
            sum += i;
        }
    }
    return sum;
}

std::size_t asks(const std::vector<int>& v) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (known(v[i]) == true) {
            sum += i;
        }
    }
    return sum;
}

std::size_t wide(const std::vector<std::uint64_t>& v) {
    std::size_t best = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] > v[best]) best = i;
    }
    return best;
}

std::size_t every_turn(const std::vector<int>& v) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] == 7) {
            sum += i;
        }
        ++sum;
    }
    return sum;
}

std::size_t also(const std::vector<int>& v) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i] == static_cast<int>(i % 5)) {
            sum += i;
        }
    }
    return sum;
}

std::size_t scattered(const std::vector<int>& v) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i * i % 64] == 7) {
            sum += i;
        }
    }
    return sum;
}

std::size_t guarded(const std::vector<int>& v, std::size_t end) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < end; ++i) {
        if (i < v.size() && v[i] == 7) {
            sum += i;
        }
    }
    return sum;
}
