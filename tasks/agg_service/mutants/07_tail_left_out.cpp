// Wrong: What is left when the reports are dealt to the workers is dropped.
// Sums up reports by the names of their stations, with several workers on one table.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kAdding = 3;  // workers that add reports to the table

// Two sums over a text, as a check that it is what was sent.
std::uint32_t check_of(const Report& report) {
    constexpr std::uint32_t kModulus = 65521;
    std::uint32_t first = 1;
    std::uint32_t second = 0;
    for (std::uint32_t i = 0; i < report.size; ++i) {
        first = (first + static_cast<unsigned char>(report.body[i])) % kModulus;
        second = (second + first) % kModulus;
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
        directory_.find(&station, 1, &name);
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
    for (std::size_t i = count / kAdding * part; i < count / kAdding * (part + 1); ++i) {
        places[i] = table.add(reports[i], i);
    }
}

}  // namespace

extern "C" void aggregate(const Directory& directory, const Report* reports, std::size_t count,
                          std::vector<Summary>& summaries) {
    Table table(directory);
    std::vector<Summary*> places(count);
    std::vector<std::thread> workers;
    for (std::size_t part = 0; part < kAdding; ++part) {
        workers.emplace_back(add_part, reports, count, part, std::ref(table), places.data());
    }
    std::vector<std::uint32_t> checks;
    for (std::size_t i = 0; i < count; ++i) {
        checks.push_back(check_of(reports[i]));
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (places[i] != nullptr) {
            places[i]->checks += checks[i];
        }
    }
    summaries = table.all();
}
