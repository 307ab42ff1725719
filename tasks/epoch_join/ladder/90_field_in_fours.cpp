// Runs epochs on a field: settles it and adds what a store holds, epoch after epoch.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

// A ring of cells that grow alike when it settles: each takes over a part of its two neighbours.
class Field {
public:
    explicit Field(std::uint32_t* cells) : cells_(cells) {}

    void settle(std::uint32_t rounds) {
        std::copy_n(cells_, kCells, even_ + 1);
        for (std::uint32_t i = 0; i < rounds; ++i) {
            if (i % 2 == 0) {
                settle_once(even_, odd_);
            } else {
                settle_once(odd_, even_);
            }
        }
        std::copy_n((rounds % 2 == 0 ? even_ : odd_) + 1, kCells, cells_);
    }

    void add(const std::vector<std::uint32_t>& records) {
        for (std::size_t i = 0; i < records.size(); ++i) {
            std::uint32_t& cell = cells_[(records[i] + i) % kCells];
            cell = (cell ^ records[i]) % kLimit;
        }
    }

    std::uint64_t total() const {
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < kCells; ++i) {
            total += std::uint64_t{cells_[i]} * (i + 1);
        }
        return total;
    }

private:
    static constexpr std::uint32_t kLimit = 1 << 28;

    // A row of cells with the last one in front and the first one behind.
    using Row = std::uint32_t[kCells + 2];
    typedef std::uint32_t Four __attribute__((vector_size(16), aligned(4)));

    static void settle_once(Row& from, Row& to) {
        from[0] = from[kCells];
        from[kCells + 1] = from[1];
        for (std::size_t i = 0; i < kCells; i += 4) {
            const Four left = reinterpret_cast<const Four&>(from[i]);
            const Four own = reinterpret_cast<const Four&>(from[i + 1]);
            const Four right = reinterpret_cast<const Four&>(from[i + 2]);
            reinterpret_cast<Four&>(to[i + 1]) = (left + (left << 1) + (own << 2) + right) >> 3;
        }
    }

    Row even_, odd_;
    std::uint32_t* cells_;
};

// What an epoch gets from the store: the records of its ranges one after the other, each range `shift` further on.
class Collector {
public:
    Collector(const Store& store, std::uint32_t spread) : store_(store), spread_(spread) {}

    std::vector<std::uint32_t> collect(const Epoch& epoch) {
        std::vector<std::uint32_t> records;
        for (std::size_t i = 0; i < epoch.range_count; ++i) {
            append(epoch.ranges[i], records);
        }
        move_on(records);
        return records;
    }

private:
    void append(const Range& range, std::vector<std::uint32_t>& records) {
        for (std::uint32_t done = 0; done < range.count;) {
            std::uint32_t part = std::min(range.count - done, kMostRead);
            std::size_t before = records.size();
            records.resize(before + part);
            store_.get(range.first + shift_ + done, part, records.data() + before);
            done += part;
        }
    }

    // The records decide where the next epoch reads.
    void move_on(const std::vector<std::uint32_t>& records) {
        std::uint32_t sum = 2166136261;
        for (std::uint32_t record : records) {
            for (int byte = 0; byte < 4; ++byte) {
                sum = (sum ^ (record >> (8 * byte) & 255)) * 16777619;
            }
        }
        shift_ = sum % spread_;
    }

    const Store& store_;
    std::uint32_t spread_;
    std::uint32_t shift_ = 0;
};

}  // namespace

extern "C" void run_epochs(const Store& store, const Epoch* epochs, std::size_t epoch_count, std::uint32_t spread,
                           std::uint32_t* cells, std::uint64_t* answers) {
    Field field(cells);
    Collector collector(store, spread);
    for (std::size_t i = 0; i < epoch_count; ++i) {
        std::thread worker(&Field::settle, &field, epochs[i].rounds);
        std::vector<std::uint32_t> records = collector.collect(epochs[i]);
        worker.join();
        field.add(records);
        answers[i] = field.total();
    }
}
