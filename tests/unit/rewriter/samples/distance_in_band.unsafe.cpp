#include <algorithm>
#include <array>
#include <numeric>
#include <string>

// The bound is another one, changes or is signed; other costs; cells are read or returned.
bool other_bound(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most + 1;
}

bool stricter(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least >= most) return false;
    }
    return row[two.size()] <= most;
}

bool shrinking(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
        most = least;
    }
    return row[two.size()] <= most;
}

bool signed_bound(const std::string& one, const std::string& two, int most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}

bool from_one(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 1);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}

bool free_ends(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most + 2) return false;
    }
    return row[two.size()] <= most;
}

bool dear(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]) * 3;
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}

bool halfway(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] / 2 <= most;
}

bool from_row(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[row[k]]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}

bool from_least(const std::string& one, const std::string& two, std::size_t most) {
    std::array<std::size_t, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[least]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}

bool narrow(const std::string& one, const std::string& two, std::size_t most) {
    std::array<unsigned char, 16> row;
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t corner = row[0]++;
        std::size_t least = row[0];
        for (std::size_t k = 0; k < two.size(); ++k) {
            const std::size_t step = std::min(row[k], row[k + 1]) + 1;
            const std::size_t other = corner + (one[i] != two[k]);
            corner = row[k + 1];
            row[k + 1] = std::min(step, other);
            least = std::min(least, row[k + 1]);
        }
        if (least > most) return false;
    }
    return row[two.size()] <= most;
}
