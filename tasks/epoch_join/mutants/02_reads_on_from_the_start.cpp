// Wrong: A range of more records than one reading holds goes on from its start.
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
        for (std::uint32_t i = 0; i < rounds; ++i) {
            settle_once();
        }
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

    void settle_once() {
        std::vector<std::uint32_t> settled(kCells);
        for (std::size_t i = 0; i < kCells; ++i) {
            std::uint32_t left = cells_[(i + kCells - 1) % kCells];
            std::uint32_t right = cells_[(i + 1) % kCells];
            settled[i] = (3 * left + 4 * cells_[i] + right) / 8;
        }
        for (std::size_t i = 0; i < kCells; ++i) {
            cells_[i] = settled[i];
        }
    }

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
            store_.get(range.first + shift_, part, records.data() + before);
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
