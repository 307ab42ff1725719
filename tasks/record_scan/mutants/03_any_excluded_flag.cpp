// Wrong: Only the first excluded flag excludes.
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

struct Stop {
    std::uint32_t hub;
    std::uint32_t distance;   // kilometres from the stop before
    std::uint64_t travelled;  // kilometres since the start
};

struct Shipment {
    std::uint64_t id;
    char label[kLabelSize];
    std::uint32_t flags;
    std::uint32_t quantity;
    std::array<Stop, kStops> stops;
    std::uint64_t volume;  // cubic millimetres
    std::uint64_t value;   // cents apiece
    std::uint32_t weight;  // grams
    std::uint32_t length;
    std::uint32_t width;
    std::uint32_t height;
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

void plan_route(std::uint32_t route, std::array<Stop, kStops>& stops) {
    std::uint32_t previous = route % kHubs;
    std::uint64_t travelled = 0;
    for (Stop& stop : stops) {
        stop.hub = route % kHubs;
        stop.distance = distance_between(previous, stop.hub);
        travelled += stop.distance;
        stop.travelled = travelled;
        previous = stop.hub;
        route /= kHubs;
    }
}

Shipment make_shipment(const Row& row) {
    Shipment shipment;
    shipment.id = row.id;
    write_label(row.id, shipment.label);
    shipment.flags = row.flags;
    shipment.quantity = row.quantity;
    plan_route(row.route, shipment.stops);
    shipment.length = row.length;
    shipment.width = row.width;
    shipment.height = row.height;
    shipment.volume = std::uint64_t{row.length} * row.width * row.height;
    shipment.value = row.value;
    shipment.weight = row.weight;
    return shipment;
}

// Bulky goods are charged by their volume: five cubic centimetres weigh a gram.
std::uint64_t billable_weight(const Shipment& shipment) {
    return std::max<std::uint64_t>(shipment.weight, shipment.volume / 5000);
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
std::uint64_t route_price(const std::array<Stop, kStops>& stops) {
    std::uint64_t price = 0;
    for (const Stop& stop : stops) {
        price += stop.distance * 3 + stop.travelled / 100 + stop.hub;
    }
    return price;
}

std::uint64_t transport_charge(const Shipment& shipment) {
    return tariff_price(billable_weight(shipment)) + handling_price(shipment.flags) +
           route_price(shipment.stops);
}

std::vector<Shipment> load(const Row* rows, std::size_t row_count) {
    std::vector<Shipment> shipments;
    for (std::size_t i = 0; i < row_count; ++i) {
        shipments.push_back(make_shipment(rows[i]));
    }
    return shipments;
}

bool selects(const Query& query, const Shipment& shipment) {
    return (shipment.flags & query.required) == query.required &&
           (shipment.flags & query.excluded) != 1 && shipment.weight >= query.min_weight &&
           shipment.weight <= query.max_weight;
}

void add(const Shipment& shipment, Answer& answer) {
    if (answer.count == 0) {
        std::copy(shipment.label, shipment.label + kLabelSize, answer.label);
    }
    answer.count += 1;
    answer.value += shipment.value * shipment.quantity;
    answer.charge += transport_charge(shipment);
}

Answer run_query(const Query& query, const std::vector<Shipment>& shipments) {
    Answer answer{};
    for (const Shipment& shipment : shipments) {
        if (selects(query, shipment)) {
            add(shipment, answer);
        }
    }
    return answer;
}

}  // namespace

extern "C" void scan_records(const Row* rows, std::size_t row_count, const Query* queries,
                             std::size_t query_count, Answer* answers) {
    const std::vector<Shipment> shipments = load(rows, row_count);
    for (std::size_t i = 0; i < query_count; ++i) {
        answers[i] = run_query(queries[i], shipments);
    }
}
