// A version of agg_service by a strong language model (candidate d0dc33227ea6 of a recorded study).
#include "task.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kHelpers = kMostWorkers - 1;     // at most, besides the caller
constexpr std::size_t kReportsAtOnce = 16;             // that a worker takes to check
constexpr std::size_t kFewBytes = 16 * 1024;           // not worth a worker
constexpr std::size_t kBytesPerHelper = 256 * 1024;    // worth a worker for checks alone

// Two sums over a text, as a check that it is what was sent.
std::uint32_t check_of(const Report& report) {
    constexpr std::uint64_t kModulus = 65521;
    constexpr std::size_t kBlock = std::size_t{1} << 20;  // bytes between reductions
    std::uint64_t first = 1;
    std::uint64_t second = 0;
    const unsigned char* at = reinterpret_cast<const unsigned char*>(report.body);
    std::size_t left = report.size;
    while (left > 0) {
        std::size_t now = left < kBlock ? left : kBlock;
        left -= now;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        // Eight bytes at a time; the top 16 bits of each product are a (weighted) sum of four lanes.
        constexpr std::uint64_t kLanes = 0x00FF00FF00FF00FFULL;
        for (; now >= 8; now -= 8, at += 8) {
            std::uint64_t word;
            std::memcpy(&word, at, 8);
            std::uint64_t even = word & kLanes;
            std::uint64_t odd = (word >> 8) & kLanes;
            second += first * 8 + ((even * 0x0008000600040002ULL) >> 48) + ((odd * 0x0007000500030001ULL) >> 48);
            first += ((even + odd) * 0x0001000100010001ULL) >> 48;
        }
#endif
        for (; now > 0; --now) {
            first += *at++;
            second += first;
        }
        first %= kModulus;
        second %= kModulus;
    }
    return static_cast<std::uint32_t>(second << 16 | first);
}

// Adds a report; those of one summary are added in the order of their numbers.
void add(const Report& report, std::uint64_t number, Summary& summary) {
    if (summary.count == 0 || report.value > summary.greatest) {
        summary.greatest = report.value;
        summary.peak = number;
    }
    summary.count += 1;
    summary.sum += report.value;
}

// Adds what another station of the same name reported.
void merge(const Summary& from, Summary& into) {
    if (from.greatest > into.greatest || (from.greatest == into.greatest && from.peak < into.peak)) {
        into.greatest = from.greatest;
        into.peak = from.peak;
    }
    into.count += from.count;
    into.sum += from.sum;
    into.checks += from.checks;
}

// What the workers share. Each takes batches of stations to ask for and groups of reports to check until none is left.
struct Work {
    const Directory& directory;
    const Report* reports;
    std::size_t count;
    std::vector<std::uint32_t> stations;  // distinct
    std::vector<std::string> names;       // of the stations
    std::vector<std::uint32_t> checks;    // of the reports
    std::size_t batch = 1;                // stations in one call
    std::atomic<std::size_t> next_station{0};
    std::atomic<std::size_t> next_report{0};

    Work(const Directory& directory_, const Report* reports_, std::size_t count_)
        : directory(directory_), reports(reports_), count(count_) {}

    void find_names() {
        for (;;) {
            std::size_t begin = next_station.fetch_add(batch);
            if (begin >= stations.size()) {
                return;
            }
            directory.find(&stations[begin], std::min(batch, stations.size() - begin), &names[begin]);
        }
    }

    void check_bodies() {
        for (;;) {
            std::size_t begin = next_report.fetch_add(kReportsAtOnce);
            if (begin >= count) {
                return;
            }
            std::size_t end = std::min(count, begin + kReportsAtOnce);
            for (std::size_t i = begin; i < end; ++i) {
                checks[i] = check_of(reports[i]);
            }
        }
    }
};

}  // namespace

extern "C" void aggregate(const Directory& directory, const Report* reports, std::size_t count,
                          std::vector<Summary>& summaries) {
    summaries.clear();
    if (count == 0) {
        return;
    }
    Work work(directory, reports, count);

    // The distinct stations, and which of them each report is of.
    unsigned bits = 4;
    while ((std::size_t{1} << bits) < count * 2 && bits < 31) {
        ++bits;
    }
    const std::size_t mask = (std::size_t{1} << bits) - 1;
    std::vector<std::uint32_t> table(mask + 1, 0);  // 1 + index in stations, or 0
    std::vector<std::uint32_t> slots(count);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t station = reports[i].station;
        bytes += reports[i].size;
        std::size_t at = static_cast<std::uint32_t>(station * 2654435769u) >> (32 - bits);
        while (table[at] != 0 && work.stations[table[at] - 1] != station) {
            at = (at + 1) & mask;
        }
        if (table[at] == 0) {
            work.stations.push_back(station);
            table[at] = static_cast<std::uint32_t>(work.stations.size());
        }
        slots[i] = table[at] - 1;
    }
    const std::size_t distinct = work.stations.size();
    work.names.resize(distinct);
    work.checks.resize(count);

    // As few rounds of waiting as possible, of even batches.
    const std::size_t most = kMostWorkers;
    std::size_t batches = (distinct + kMostAsked - 1) / kMostAsked;
    if (batches > most) {
        batches = (batches + most - 1) / most * most;
    }
    work.batch = (distinct + batches - 1) / batches;
    batches = (distinct + work.batch - 1) / work.batch;

    // The caller checks bodies while helpers wait for names; where there is little to check, it asks too.
    std::size_t helpers = bytes < kFewBytes ? batches - 1 : batches;
    helpers = std::min(kHelpers, std::max(helpers, bytes / kBytesPerHelper));
    std::vector<std::thread> workers;
    workers.reserve(helpers);
    for (std::size_t i = 0; i < helpers; ++i) {
        workers.emplace_back([&work] {
            work.find_names();
            work.check_bodies();
        });
    }
    std::vector<Summary> totals(distinct);  // by station
    for (std::size_t i = 0; i < count; ++i) {
        add(reports[i], i, totals[slots[i]]);
    }
    work.check_bodies();
    work.find_names();
    for (std::thread& worker : workers) {
        worker.join();
    }
    for (std::size_t i = 0; i < count; ++i) {
        totals[slots[i]].checks += work.checks[i];
    }

    // In the order of the names; stations of one name are merged.
    std::vector<std::uint32_t> order(distinct);
    for (std::size_t i = 0; i < distinct; ++i) {
        order[i] = static_cast<std::uint32_t>(i);
    }
    const std::vector<std::string>& names = work.names;
    std::sort(order.begin(), order.end(),
              [&names](std::uint32_t a, std::uint32_t b) { return names[a] < names[b]; });
    summaries.reserve(distinct);
    for (std::uint32_t slot : order) {
        if (!summaries.empty() && summaries.back().name == names[slot]) {
            merge(totals[slot], summaries.back());
        } else {
            totals[slot].name = std::move(work.names[slot]);
            summaries.push_back(std::move(totals[slot]));
        }
    }
}
