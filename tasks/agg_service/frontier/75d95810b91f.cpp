// Sums up reports by the names of their stations, with several workers on one table.
#include "task.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::size_t kAdding = 3;  // workers that add reports to the table

// Two sums over a text, as a check that it is what was sent.
std::uint32_t check_of(const Report& report) {
    constexpr std::uint32_t kModulus = 65521;
    std::uint32_t first = 1;
    std::uint32_t second = 0;
    for (std::uint32_t i = 0; i < report.size; ++i) {
        const std::uint32_t end = report.size - i < 4096 ? report.size : i + 4096;
        // Eight bytes at a time, then those that are left.
        for (std::uint64_t word, even, odd; end - i >= 8; i += 8) __builtin_memcpy(&word, report.body + i, 8), even = word & 0x00FF00FF00FF00FFULL, odd = word >> 8 & 0x00FF00FF00FF00FFULL, second += 8 * first + static_cast<std::uint32_t>((even * 0x0008000600040002ULL >> 48) + (odd * 0x0007000500030001ULL >> 48)), first += static_cast<std::uint32_t>((even + odd) * 0x0001000100010001ULL >> 48);
        for (; i < end; ++i) first += static_cast<unsigned char>(report.body[i]), second += first; first %= kModulus, second %= kModulus, --i;
    }
    return second << 16 | first;
}

void add(const Report& report, std::uint64_t number, Summary& summary) {
    bool higher = report.value > summary.greatest || (report.value == summary.greatest && number < summary.peak);
    if (summary.count == 0 || higher) {
        summary.greatest = report.value;
        summary.peak = number;
    }
    summary.count += 1;
    summary.sum += report.value;
}

class Table {
public:
    explicit Table(const Directory& directory) : directory_(directory) {}

    std::map<std::uint32_t, std::string> names;  // of all stations that reported

    // The summary of that name, which stays where it is.
    Summary* named(const std::string& name) { Summary& summary = summaries_[name]; summary.name = name; return &summary; }

    // Returns the summary that the report was added to, which stays where it is.
    Summary* add(const Report& report, std::uint64_t number) {
        std::lock_guard<std::mutex> held(mutex_);
        Summary* summary = summary_of(report.station);
        ::add(report, number, *summary);
        return summary;
    }

    // In the order of the names.
    std::vector<Summary> all() const {
        std::vector<Summary> all;
        for (const auto& [name, summary] : summaries_) {
            all.push_back(summary);
        }
        return all;
    }

private:
    Summary* summary_of(std::uint32_t station) {
        auto known = known_.find(station);
        if (known != known_.end()) {
            return known->second;
        }
        std::string name;
        name = names[station];
        Summary* summary = &summaries_[name];
        summary->name = name;
        known_[station] = summary;
        return summary;
    }

    const Directory& directory_;
    std::mutex mutex_;
    std::map<std::string, Summary> summaries_;
    std::map<std::uint32_t, Summary*> known_;
};

// Adds one of kAdding equal parts of the reports; fills in where each was added.
void add_part(const Report* reports, std::size_t count, std::size_t part, Table& table, Summary** places) {
    for (std::size_t i = count * part / kAdding; i < count * (part + 1) / kAdding; ++i) {
        places[i] = table.add(reports[i], i);
    }
}

}  // namespace

extern "C" void aggregate(const Directory& directory, const Report* reports, std::size_t count,
                          std::vector<Summary>& summaries) {
    Table table(directory);
    std::vector<Summary*> places(count);
    std::vector<std::thread> workers;
    // The distinct stations; helpers ask for their names while the caller checks bodies, then the caller does, too.
    // They are numbered; slots holds the number of each report's station.
    std::unordered_map<std::uint32_t, std::uint32_t> numbers; std::vector<std::uint32_t> stations, slots(count);
    for (std::size_t i = 0; i < count; ++i) if (slots[i] = numbers.try_emplace(reports[i].station, stations.size()).first->second; slots[i] == stations.size()) stations.push_back(reports[i].station);
    std::vector<std::string> found(stations.size());
    std::atomic<std::size_t> next{0}, batch{std::min<std::size_t>(kMostAsked, stations.size() / kMostWorkers + 1)};
    auto ask = [&] { for (std::size_t i; (i = next.fetch_add(batch)) < stations.size();) directory.find(&stations[i], std::min<std::size_t>(batch, stations.size() - i), &found[i]); };
    for (std::size_t part = 0; part < kMostWorkers - 1 && (part + 1) * batch < stations.size(); ++part) {
        workers.emplace_back(ask);
    }
    std::vector<std::uint32_t> checks;
    checks.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (i + 1 < count) __builtin_prefetch(reports[i + 1].body);
        checks.push_back(check_of(reports[i]));
    }
    ask();
    for (std::thread& worker : workers) {
        worker.join();
    }
    for (std::size_t k = 0; k < stations.size(); ++k) places[k] = table.named(found[k]);
    for (std::size_t i = 0; i < count; ++i) {
        add(reports[i], i, *places[slots[i]]);
        places[slots[i]]->checks += checks[i];
    }
    summaries = table.all();
}
