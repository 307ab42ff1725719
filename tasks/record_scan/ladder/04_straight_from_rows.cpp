// Shipments are loaded into records; each query then selects some of them and sums them up.
#include "task.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr std::size_t kLabelSize = 24;
constexpr std::size_t kStops = 8;
constexpr std::size_t kHubs = 16;

// Price of transport up to a billable weight.
struct Tier {
    std::uint64_t up_to;   // grams
    std::uint64_t base;    // cents
    std::uint64_t per_kg;  // cents
};

constexpr std::array<Tier, 6> kTariff = {{
    {500, 390, 0},
    {2000, 450, 110},
    {5000, 520, 95},
    {10000, 680, 80},
    {20000, 900, 70},
    {UINT64_MAX, 1250, 62},
}};

// Cents for each handling flag.
constexpr std::array<std::uint64_t, 16> kHandling = {
    120, 75, 340, 15, 60, 980, 45, 210, 33, 18, 505, 27, 90, 64, 150, 8,
};

// Position of each hub along the trunk line, in kilometres.
constexpr std::array<std::uint32_t, kHubs> kPosition = {
    0, 35, 80, 112, 190, 240, 261, 330, 402, 455, 530, 588, 647, 701, 780, 844,
};

// "SH-" and the number in decimal, twenty digits; the last byte stays zero.
void write_label(std::uint64_t id, char* label) {
    label[0] = 'S';
    label[1] = 'H';
    label[2] = '-';
    for (std::size_t i = kLabelSize - 2; i >= 3; --i) {
        label[i] = static_cast<char>('0' + id % 10);
        id /= 10;
    }
    label[kLabelSize - 1] = '\0';
}

std::uint32_t distance_between(std::uint32_t from, std::uint32_t to) {
    return from < to ? kPosition[to] - kPosition[from] : kPosition[from] - kPosition[to];
}

// Bulky goods are charged by their volume: five cubic centimetres weigh a gram.
std::uint64_t billable_weight(const Row& row) {
    const std::uint64_t volume = std::uint64_t{row.length} * row.width * row.height;
    return std::max<std::uint64_t>(row.weight, volume / 5000);
}

std::uint64_t tariff_price(std::uint64_t grams) {
    for (const Tier& tier : kTariff) {
        if (grams <= tier.up_to) {
            return tier.base + grams * tier.per_kg / 1000;
        }
    }
    return 0;
}

std::uint64_t handling_price(std::uint32_t flags) {
    std::uint64_t price = 0;
    for (std::size_t bit = 0; bit < kHandling.size(); ++bit) {
        if (flags >> bit & 1) {
            price += kHandling[bit];
        }
    }
    return price;
}

// Every leg is charged by its distance, and every hub by its number and by how far along it is passed.
std::uint64_t route_price(std::uint32_t route) {
    std::uint32_t previous = route % kHubs;
    std::uint64_t travelled = 0;
    std::uint64_t price = 0;
    for (std::size_t i = 0; i < kStops; ++i) {
        const std::uint32_t hub = route % kHubs;
        const std::uint32_t distance = distance_between(previous, hub);
        travelled += distance;
        price += distance * 3 + travelled / 100 + hub;
        previous = hub;
        route /= kHubs;
    }
    return price;
}

std::uint64_t transport_charge(const Row& row) {
    return tariff_price(billable_weight(row)) + handling_price(row.flags) + route_price(row.route);
}

// What a query looks at, and what it adds up.
struct Traits {
    std::uint32_t flags;
    std::uint32_t weight;
};

struct Amounts {
    std::uint64_t value;
    std::uint64_t charge;
};

struct Register {
    std::vector<Traits> traits;
    std::vector<Amounts> amounts;
};

bool selects(const Query& query, const Traits& shipment) {
    const std::uint32_t mask = query.required | query.excluded;
    return static_cast<int>((shipment.flags & mask) == query.required) &
           static_cast<int>((query.required & query.excluded) == 0) &
           static_cast<int>(shipment.weight >= query.min_weight) &
           static_cast<int>(shipment.weight <= query.max_weight);
}

// Writes the numbers of the selected entries and returns how many there are.
std::size_t select(const Query& query, const std::vector<Traits>& traits, std::uint32_t* chosen) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < traits.size(); ++i) {
        chosen[count] = static_cast<std::uint32_t>(i);
        count += selects(query, traits[i]);
    }
    return count;
}

Answer run_query(const Query& query, const Register& entries, const Row* rows,
                 std::vector<std::uint32_t>& chosen) {
    Answer answer{};
    answer.count = select(query, entries.traits, chosen.data());
    for (std::size_t i = 0; i < answer.count; ++i) {
        answer.value += entries.amounts[chosen[i]].value;
        answer.charge += entries.amounts[chosen[i]].charge;
    }
    if (answer.count != 0) {
        write_label(rows[chosen[0]].id, answer.label);
    }
    return answer;
}

Register load(const Row* rows, std::size_t row_count) {
    Register entries;
    entries.traits.reserve(row_count);
    entries.amounts.reserve(row_count);
    for (std::size_t i = 0; i < row_count; ++i) {
        const Row& row = rows[i];
        entries.traits.push_back({row.flags, row.weight});
        entries.amounts.push_back({std::uint64_t{row.value} * row.quantity, transport_charge(row)});
    }
    return entries;
}

}  // namespace

extern "C" void scan_records(const Row* rows, std::size_t row_count, const Query* queries,
                             std::size_t query_count, Answer* answers) {
    const Register entries = load(rows, row_count);
    std::vector<std::uint32_t> chosen(row_count + 1);
    for (std::size_t i = 0; i < query_count; ++i) {
        answers[i] = run_query(queries[i], entries, rows, chosen);
    }
}
