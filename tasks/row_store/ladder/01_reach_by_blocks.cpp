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
        std::uint32_t end;
    };

    std::array<std::uint32_t, kRows> ends{};
    std::vector<Timer> waiting;

    void set(std::uint32_t row, std::uint32_t end) {
        ends[row] = end;
        if (end != 0) {
            waiting.push_back({row, end});
        }
    }

    // Adds the rows whose life ends now.
    void due(std::uint32_t now, std::vector<std::uint32_t>& rows) {
        std::size_t kept = 0;
        for (const Timer timer : waiting) {
            if (timer.end > now) {
                waiting[kept++] = timer;
            } else if (ends[timer.row] == timer.end) {
                rows.push_back(timer.row);
                ends[timer.row] = 0;
            }
        }
        waiting.resize(kept);
    }
};

// Who has which row.
struct Owners {
    static constexpr std::uint16_t kNobody = kOwners;

    std::array<std::uint16_t, kRows> owners;

    Owners() { owners.fill(kNobody); }

    void set(std::uint32_t row, std::uint16_t owner) { owners[row] = owner; }

    std::uint32_t next(std::uint32_t row, std::uint16_t owner) const {
        while (row < kRows && owners[row] != owner) {
            ++row;
        }
        return row;
    }
};

// How often each value occurs.
struct Ranks {
    std::array<std::uint32_t, kValues> counts{};

    void add(std::uint32_t value) { counts[value] += 1; }

    void remove(std::uint32_t value) { counts[value] -= 1; }

    std::uint32_t at(std::uint64_t place) const {
        for (std::uint32_t value = 0; value < kValues; ++value) {
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
    std::vector<std::uint32_t> values;

    void add(std::uint32_t value) { values.push_back(value); }

    std::size_t since(std::uint32_t most) const {
        std::size_t at = values.size();
        while (at > 0 && values[at - 1] > most) {
            --at;
        }
        return values.size() - at;
    }
};

// A text that only grows.
struct Journal {
    std::vector<unsigned char> text;

    void add(std::uint32_t value) {
        for (int i = 0; i < 4; ++i) {
            text.push_back(static_cast<unsigned char>(value >> 8 * i));
        }
    }

    std::uint64_t digest(std::size_t span) const {
        std::uint64_t found = 0;
        for (std::size_t at = span < text.size() ? text.size() - span : 0; at < text.size(); ++at) {
            found = found * kFactor + text[at] + 1;
        }
        return found;
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
