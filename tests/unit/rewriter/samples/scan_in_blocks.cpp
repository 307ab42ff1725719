#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Owners {
    std::array<std::uint16_t, 1000> owners{};

    std::uint32_t next(std::uint32_t row, std::uint16_t owner) const {
        while (row < 1000 && owners[row] != owner) {
            ++row;
        }
        return row;
    }
};

struct History {
    std::vector<std::uint32_t> values;

    std::size_t since(std::uint32_t most) const {
        std::size_t at = values.size();
        while (at > 0 && values[at - 1] > most) --at;
        return values.size() - at;
    }

    std::size_t upto(std::uint32_t least, std::uint32_t most) const {
        std::size_t at = 0;
        while (at < values.size() && values[at] >= least && values[at] <= most) at++;
        return at;
    }
};

int main() {
    Owners owners;
    History history;
    for (int i = 0; i < 1000; ++i) {
        owners.owners[i] = i * i % 613;
        history.values.push_back(5 + i * 7 % 1001);
    }
    for (int i = 0; i < 1000; i += 37) {
        std::printf("%u ", owners.next(i, i % 613));
        std::printf("%zu %zu ", history.since(i), history.upto(i / 100, 1000 - i / 10));
    }
    std::printf("\n");
}
