// A store of numbered rows with values, owners and lifetimes; each part of it answers one kind of question.
#include "task.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace {

constexpr std::uint64_t kFactor = 1099511628211u;

// Sums of values over rows in sequence.
struct Totals {
    static constexpr std::uint32_t kBlock = 64;

    std::array<std::uint32_t, kRows> values{};
    std::array<std::uint64_t, kRows / kBlock> sums{};

    void set(std::uint32_t row, std::uint32_t value) {
        sums[row / kBlock] -= values[row];
        sums[row / kBlock] += value;
        values[row] = value;
    }

    std::uint32_t reach(std::uint32_t row, std::uint64_t amount) const {
        std::uint64_t total = 0;
        while (row < kRows) {
            if (row % kBlock == 0 && total + sums[row / kBlock] < amount) {
                total += sums[row / kBlock];
                row += kBlock;
                continue;
            }
            total += values[row];
            if (total >= amount) {
                break;
            }
            ++row;
        }
        return row;
    }
};

// The ends of the lives of rows.
struct Timers {
    struct Timer {
        std::uint32_t row;
        std::size_t next;
    };

    static constexpr std::size_t kTurn = 1024;  // more than any life

    std::array<std::uint32_t, kRows> ends{};
    std::vector<Timer> waiting{{}};
    std::array<std::size_t, kTurn> firsts{};  // by end; 0 for none

    void set(std::uint32_t row, std::uint32_t end) {
        ends[row] = end;
        if (end != 0) {
            waiting.push_back({row, firsts[end % kTurn]});
            firsts[end % kTurn] = waiting.size() - 1;
        }
    }

    // Adds the rows whose life ends now.
    void due(std::uint32_t now, std::vector<std::uint32_t>& rows) {
        for (std::size_t at = firsts[now % kTurn]; at != 0; at = waiting[at].next) {
            const std::uint32_t row = waiting[at].row;
            if (ends[row] == now) {
                rows.push_back(row);
                ends[row] = 0;
            }
        }
        firsts[now % kTurn] = 0;
    }
};

// Who has which row.
struct Owners {
    static constexpr std::uint16_t kNobody = kOwners;

    std::array<std::uint16_t, kRows> owners;
    std::array<std::array<std::uint64_t, kRows / 64>, kOwners + 1> rows{};

    Owners() { owners.fill(kNobody); }

    void set(std::uint32_t row, std::uint16_t owner) {
        rows[owners[row]][row / 64] &= ~(std::uint64_t{1} << row % 64);
        rows[owner][row / 64] |= std::uint64_t{1} << row % 64;
        owners[row] = owner;
    }

    std::uint32_t next(std::uint32_t row, std::uint16_t owner) const {
        std::uint32_t at = row / 64;
        std::uint64_t word = rows[owner][at] >> row % 64 << row % 64;
        while (word == 0) {
            if (++at == kRows / 64) {
                return kRows;
            }
            word = rows[owner][at];
        }
        return at * 64 + static_cast<std::uint32_t>(__builtin_ctzll(word));
    }
};

// How often each value occurs.
struct Ranks {
    static constexpr std::uint32_t kGroup = 64;

    std::array<std::uint32_t, kValues> counts{};
    std::array<std::uint32_t, kValues / kGroup> groups{};

    void add(std::uint32_t value) {
        counts[value] += 1;
        groups[value / kGroup] += 1;
    }

    void remove(std::uint32_t value) {
        counts[value] -= 1;
        groups[value / kGroup] -= 1;
    }

    std::uint32_t at(std::uint64_t place) const {
        std::uint32_t group = 0;
        while (group < kValues / kGroup && place >= groups[group]) {
            place -= groups[group++];
        }
        for (std::uint32_t value = group * kGroup; value < kValues; ++value) {
            if (place < counts[value]) {
                return value;
            }
            place -= counts[value];
        }
        return 0;
    }
};

// The values of all puts in their order.
struct History {
    struct Low {
        std::uint32_t value;
        std::size_t number;
    };

    std::vector<Low> lows;  // puts that no later one is below
    std::size_t count = 0;

    void add(std::uint32_t value) {
        while (!lows.empty() && lows.back().value >= value) {
            lows.pop_back();
        }
        lows.push_back({value, ++count});
    }

    std::size_t since(std::uint32_t most) const {
        std::size_t first = 0;
        std::size_t last = lows.size();
        while (first < last) {
            const std::size_t middle = (first + last) / 2;
            if (lows[middle].value <= most) {
                first = middle + 1;
            } else {
                last = middle;
            }
        }
        return first == 0 ? count : count - lows[first - 1].number;
    }
};

// A text that only grows.
struct Journal {
    std::vector<unsigned char> text;
    std::vector<std::uint64_t> digests{0};  // of each beginning of the text
    std::vector<std::uint64_t> powers{1};

    void add(std::uint32_t value) {
        for (int i = 0; i < 4; ++i) {
            text.push_back(static_cast<unsigned char>(value >> 8 * i));
            digests.push_back(digests.back() * kFactor + text.back() + 1);
            powers.push_back(powers.back() * kFactor);
        }
    }

    std::uint64_t digest(std::size_t span) const {
        const std::size_t first = span < text.size() ? text.size() - span : 0;
        return digests[text.size()] - digests[first] * powers[text.size() - first];
    }
};

// The heir of each row.
struct Heirs {
    std::array<std::uint32_t, kRows> heirs;

    Heirs() {
        for (std::uint32_t row = 0; row < kRows; ++row) {
            heirs[row] = row;
        }
    }

    void set(std::uint32_t row, std::uint32_t heir) { heirs[row] = heir; }

    std::uint32_t after(std::uint32_t row, std::uint32_t steps) {
        for (; steps > 0; --steps) {
            row = heirs[row];
        }
        return row;
    }
};

// Which rows are filled.
struct Places {
    std::array<std::uint16_t, kRows> filled{};

    void set(std::uint32_t row, bool value) { filled[row] = value; }

    std::uint32_t vacant(std::uint32_t row) const {
        while (row < kRows && filled[row] != 0) {
            ++row;
        }
        return row;
    }
};

// The values of rows, by how large they are.
struct Levels {
    std::array<std::uint32_t, kRows> values{};

    void set(std::uint32_t row, std::uint32_t value) { values[row] = value; }

    std::uint32_t above(std::uint32_t row, std::uint32_t least) const {
        while (row < kRows && values[row] < least) {
            ++row;
        }
        return row;
    }
};

class Store {
public:
    std::uint64_t run(const Command& command) { return std::invoke(kAnswers[command.kind], this, command); }

private:
    std::uint64_t put(const Command& command) {
        drop(command.row);
        values_[command.row] = command.value;
        totals_.set(command.row, command.value);
        timers_.set(command.row, now_ + command.span);
        owners_.set(command.row, command.owner);
        ranks_.add(command.value);
        history_.add(command.value);
        places_.set(command.row, true);
        levels_.set(command.row, command.value);
        return ++filled_;
    }

    std::uint64_t drop(std::uint32_t row) {
        if (values_[row] == 0) {
            return 0;
        }
        ranks_.remove(values_[row]);
        values_[row] = 0;
        totals_.set(row, 0);
        timers_.set(row, 0);
        owners_.set(row, Owners::kNobody);
        places_.set(row, false);
        levels_.set(row, 0);
        --filled_;
        return 1;
    }

    std::uint64_t tick(const Command&) {
        std::vector<std::uint32_t> ended;
        timers_.due(++now_, ended);
        std::uint64_t sum = 0;
        for (const std::uint32_t row : ended) {
            sum += row + 1;
            drop(row);
        }
        return sum;
    }

    std::uint64_t drop(const Command& command) { return drop(command.row); }

    std::uint64_t get(const Command& command) { return values_[command.row]; }

    std::uint64_t reach(const Command& command) { return totals_.reach(command.row, command.value); }

    std::uint64_t owned(const Command& command) { return owners_.next(command.row, command.owner); }

    std::uint64_t ranked(const Command& command) { return ranks_.at(command.span); }

    std::uint64_t since(const Command& command) { return history_.since(command.value); }

    std::uint64_t write(const Command& command) {
        journal_.add(command.value);
        return journal_.text.size();
    }

    std::uint64_t digest(const Command& command) { return journal_.digest(command.span); }

    std::uint64_t link(const Command& command) {
        const std::uint32_t before = heirs_.heirs[command.row];
        heirs_.set(command.row, command.value);
        return before;
    }

    std::uint64_t heir(const Command& command) { return heirs_.after(command.row, command.span); }

    std::uint64_t vacant(const Command& command) { return places_.vacant(command.row); }

    std::uint64_t above(const Command& command) { return levels_.above(command.row, command.value); }

    using Answer = decltype(&Store::put);
    static constexpr std::array<Answer, 14> kAnswers = {
        &Store::put, &Store::drop, &Store::tick, &Store::get, &Store::reach, &Store::owned, &Store::ranked,
        &Store::since, &Store::write, &Store::digest, &Store::link, &Store::heir, &Store::vacant, &Store::above,
    };

    std::array<std::uint32_t, kRows> values_{};
    std::uint32_t filled_ = 0;
    std::uint32_t now_ = 0;
    Totals totals_;
    Timers timers_;
    Owners owners_;
    Ranks ranks_;
    History history_;
    Journal journal_;
    Heirs heirs_;
    Places places_;
    Levels levels_;
};

}  // namespace

extern "C" void run_store(const Command* commands, std::size_t count, std::uint64_t* answers) {
    Store store;
    for (std::size_t i = 0; i < count; ++i) {
        answers[i] = store.run(commands[i]);
    }
}
