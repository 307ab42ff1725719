#include <cstdint>
#include <vector>

struct Row {
    std::int32_t change;
    std::uint64_t wide;
    std::uint16_t key;
    std::uint16_t count;
};

std::uint32_t share(const Row& row) { return row.count / row.key; }

int looks = 0;

std::uint32_t counted(const Row& row) { return row.count + ++looks; }

// Signed numbers, long numbers, differences.
std::uint64_t changes(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += (other->key < row->key) * other->change;
        }
    }
    return sum;
}

std::uint64_t wide(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += (other->key < row->key) * other->wide;
        }
    }
    return sum;
}

std::uint64_t apart(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += other->count - row->count;
        }
    }
    return sum;
}

// A function that may fail for rows that are not scanned, and one that writes.
std::uint64_t shares(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += share(*other);
        }
    }
    return sum;
}

std::uint64_t looked(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += counted(*other);
        }
    }
    return sum;
}

// Rows that change, an end that moves, a loop that ends early, and other rows.
std::uint64_t changed(Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += other->count;
        }
        first->count = sum % 100;
    }
    return sum;
}

std::uint64_t moved(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = row + 1; other != last; ++other) {
            sum += other->count;
        }
        --last;
    }
    return sum;
}

std::uint64_t early(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        if (row->key == 0) break;
        for (const Row* other = first; other != row; ++other) {
            sum += other->count;
        }
    }
    return sum;
}

std::uint64_t other_rows(const Row* first, const Row* last, const Row* from, const Row* to) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = from; other != to; ++other) {
            sum += (other->key < row->key) * other->count;
        }
    }
    return sum;
}

// A total that decides what is added, and one of fewer bits.
std::uint32_t deciding(const Row* first, const Row* last) {
    std::uint32_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += (sum < other->count) * other->key;
        }
    }
    return sum;
}

std::uint16_t short_sum(const Row* first, const Row* last) {
    std::uint16_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += other->key;
        }
    }
    return sum;
}

// Terms whose sum may overflow, and a local that cuts a number.
std::uint64_t products(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            sum += other->key * other->count;
        }
    }
    return sum;
}

std::uint64_t cut(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != row; ++other) {
            const bool known = other->key;
            sum += known * other->count;
        }
    }
    return sum;
}

// A condition that reads the total, one that changes something, and one that may not end at the last row.
std::uint64_t enough(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != last && sum < 1000; ++other) {
            sum += other->key;
        }
    }
    return sum;
}

std::uint64_t few(const Row* first, const Row* last) {
    std::uint64_t sum = 0;
    int looked = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != last && ++looked < 100; ++other) {
            sum += other->key;
        }
    }
    return sum;
}

std::uint64_t up_to(const Row* first, const Row* last, const Row* end) {
    std::uint64_t sum = 0;
    for (const Row* row = first; row != last; ++row) {
        for (const Row* other = first; other != end && other->key < row->key; ++other) {
            sum += other->key;
        }
    }
    return sum;
}
