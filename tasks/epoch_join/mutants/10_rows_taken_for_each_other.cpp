// Wrong: After an odd number of rounds the cells come from the row before.
// Runs epochs on a field: settles it and adds what a store holds, epoch after epoch.
#include "task.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <numeric>
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
        std::copy_n((rounds % 4 < 2 ? even_ : odd_) + 1, kCells, cells_);
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

// Workers that stay; run() lets each of them and the caller do the work once, with its own number.
class Crew {
public:
    Crew() {
        for (int i = 1; i < kMostWorkers; ++i) {
            others_.emplace_back([this, i] { serve(i); });
        }
    }

    ~Crew() {
        {
            std::lock_guard<std::mutex> held(mutex_);
            ended_ = true;
        }
        called_.notify_all();
        for (std::thread& other : others_) {
            other.join();
        }
    }

    template <class Work>
    void run(Work& work) {
        {
            std::lock_guard<std::mutex> held(mutex_);
            work_ = [&work](int number) { work(number); };
            busy_ = others_.size();
            ++calls_;
        }
        called_.notify_all();
        work(0);
        std::unique_lock<std::mutex> held(mutex_);
        idle_.wait(held, [this] { return busy_ == 0; });
    }

private:
    void serve(int number) {
        std::unique_lock<std::mutex> held(mutex_);
        for (std::uint64_t seen = 0;;) {
            called_.wait(held, [&] { return ended_ || calls_ != seen; });
            if (ended_) {
                return;
            }
            seen = calls_;
            held.unlock();
            work_(number);
            held.lock();
            if (--busy_ == 0) {
                idle_.notify_one();
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable called_, idle_;
    std::function<void(int)> work_;
    std::size_t busy_ = 0;
    std::uint64_t calls_ = 0;
    bool ended_ = false;
    std::vector<std::thread> others_;
};

// What an epoch gets from the store: the records of its ranges one after the other, each range `shift` further on.
class Collector {
public:
    Collector(const Store& store, std::uint32_t spread) : store_(store), spread_(spread) {}

    // Does `task` meanwhile: one worker has that, the others read.
    template <class Task>
    std::vector<std::uint32_t> collect(const Epoch& epoch, Task task) {
        Runs runs(epoch, shift_);
        auto work = [&](int number) {
            if (number == kReaders) {
                task();
            } else {
                read(runs.parts(), number);
            }
        };
        crew_.run(work);
        std::vector<std::uint32_t> records = runs.in_order();
        move_on(records);
        return records;
    }

private:
    static constexpr int kReaders = kMostWorkers - 1;

    void read(const std::vector<Part>& parts, std::size_t first) const {
        for (std::size_t i = first; i < parts.size(); i += kReaders) {
            store_.get(parts[i].first, parts[i].count, parts[i].records);
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

    Crew crew_;
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
        auto settle = [&] { field.settle(epochs[i].rounds); };
        std::vector<std::uint32_t> records = collector.collect(epochs[i], settle);
        field.add(records);
        answers[i] = field.total();
    }
}
