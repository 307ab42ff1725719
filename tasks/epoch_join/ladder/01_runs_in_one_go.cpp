// Runs epochs on a field: settles it and adds what a store holds, epoch after epoch.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
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

// What is read from the store in one go.
struct Part {
    std::uint32_t first;
    std::uint32_t count;
    std::uint32_t* records;
};

// The ranges of an epoch, those that touch or overlap joined, and where the records of each range are.
class Runs {
public:
    Runs(const Epoch& epoch, std::uint32_t shift) : epoch_(epoch), places_(epoch.range_count) {
        std::vector<std::size_t> order(epoch.range_count);
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return epoch.ranges[a].first < epoch.ranges[b].first; });
        std::vector<Range> runs;
        std::size_t before = 0;  // records in all runs but the last
        for (std::size_t i : order) {
            const Range& range = epoch.ranges[i];
            if (range.count == 0) {
                continue;
            }
            if (runs.empty() || range.first > runs.back().first + runs.back().count) {
                before += runs.empty() ? 0 : runs.back().count;
                runs.push_back({range.first, 0});
            }
            Range& run = runs.back();
            run.count = std::max(run.count, range.first + range.count - run.first);
            places_[i] = before + range.first - run.first;
        }
        records_.resize(before + (runs.empty() ? 0 : runs.back().count));
        divide(runs, shift);
    }

    const std::vector<Part>& parts() const { return parts_; }

    // The records, range after range, once all parts are read.
    std::vector<std::uint32_t> in_order() const {
        std::vector<std::uint32_t> records;
        for (std::size_t i = 0; i < epoch_.range_count; ++i) {
            const std::uint32_t* first = records_.data() + places_[i];
            records.insert(records.end(), first, first + epoch_.ranges[i].count);
        }
        return records;
    }

private:
    void divide(const std::vector<Range>& runs, std::uint32_t shift) {
        std::uint32_t* records = records_.data();
        for (const Range& run : runs) {
            for (std::uint32_t done = 0; done < run.count;) {
                std::uint32_t part = std::min(run.count - done, kMostRead);
                parts_.push_back({run.first + shift + done, part, records});
                records += part;
                done += part;
            }
        }
    }

    const Epoch& epoch_;
    std::vector<std::size_t> places_;
    std::vector<std::uint32_t> records_;
    std::vector<Part> parts_;
};

// What an epoch gets from the store: the records of its ranges one after the other, each range `shift` further on.
class Collector {
public:
    Collector(const Store& store, std::uint32_t spread) : store_(store), spread_(spread) {}

    std::vector<std::uint32_t> collect(const Epoch& epoch) {
        Runs runs(epoch, shift_);
        for (const Part& part : runs.parts()) {
            store_.get(part.first, part.count, part.records);
        }
        std::vector<std::uint32_t> records = runs.in_order();
        move_on(records);
        return records;
    }

private:
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
