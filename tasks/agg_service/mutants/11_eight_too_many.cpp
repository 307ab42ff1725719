// Wrong: A call asks for one station more than it may.
// Sums up reports by the names of their stations, with several workers on one table.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kAsking = kMostWorkers - 1;  // workers that ask the directory

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

    // Not while another worker asks.
    void add(const Report& report, std::uint64_t number, std::uint32_t check) {
        Summary* summary = known_.find(report.station)->second;
        ::add(report, number, *summary);
        summary->checks += check;
    }

    // Asks for the names of stations, which must be done before their reports are added.
    void ask(const std::uint32_t* stations, std::size_t count) {
        std::string names[kMostAsked + 1];
        directory_.find(stations, count, names);
        std::lock_guard<std::mutex> held(mutex_);
        for (std::size_t i = 0; i < count; ++i) {
            learn(stations[i], names[i]);
        }
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
    void learn(std::uint32_t station, const std::string& name) {
        Summary* summary = &summaries_[name];
        summary->name = name;
        known_.emplace(station, summary);
    }

    const Directory& directory_;
    std::mutex mutex_;
    std::map<std::string, Summary> summaries_;
    std::map<std::uint32_t, Summary*> known_;
};

// Each station once.
std::vector<std::uint32_t> stations_of(const Report* reports, std::size_t count) {
    std::vector<std::uint32_t> stations;
    for (std::size_t i = 0; i < count; ++i) {
        stations.push_back(reports[i].station);
    }
    std::sort(stations.begin(), stations.end());
    stations.erase(std::unique(stations.begin(), stations.end()), stations.end());
    return stations;
}

// Asks for one of kAsking shares of the stations, as many at a time as may be.
void ask_part(const std::vector<std::uint32_t>& stations, std::size_t part, Table& table) {
    for (std::size_t i = part * kMostAsked; i < stations.size(); i += kAsking * kMostAsked) {
        table.ask(stations.data() + i, std::min(kMostAsked + 1, stations.size() - i));
    }
}

}  // namespace

extern "C" void aggregate(const Directory& directory, const Report* reports, std::size_t count,
                          std::vector<Summary>& summaries) {
    Table table(directory);
    const std::vector<std::uint32_t> stations = stations_of(reports, count);
    std::vector<std::thread> workers;
    for (std::size_t part = 0; part < kAsking; ++part) {
        workers.emplace_back(ask_part, std::cref(stations), part, std::ref(table));
    }
    std::vector<std::uint32_t> checks;
    for (std::size_t i = 0; i < count; ++i) {
        checks.push_back(check_of(reports[i]));
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    for (std::size_t i = 0; i < count; ++i) {
        table.add(reports[i], i, checks[i]);
    }
    summaries = table.all();
}
