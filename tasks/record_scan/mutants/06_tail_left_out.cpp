// Wrong: The rows after the last full four are not looked at.
// Shipments are loaded into records; each query then selects some of them and sums them up.
#include "task.hpp"

#include <emmintrin.h>

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

struct Amounts {
    std::uint64_t value;
    std::uint64_t charge;
};

// What a query looks at, one array a field and a multiple of four long, and what it adds up.
struct Register {
    std::vector<std::int32_t> flags;
    std::vector<std::int32_t> weights;  // with the sign bit flipped, so that they order as signed numbers
    std::vector<Amounts> amounts;
};

std::int32_t ordered(std::uint32_t weight) {
    return static_cast<std::int32_t>(weight ^ 0x80000000u);
}

__m128i four(const std::vector<std::int32_t>& field, std::size_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(field.data() + i));
}

// Writes the numbers of the selected entries and returns how many there are.
std::size_t select(const Query& query, const Register& entries, std::uint32_t* chosen) {
    if ((query.required & query.excluded) != 0) {
        return 0;
    }
    const __m128i mask = _mm_set1_epi32(static_cast<int>(query.required | query.excluded));
    const __m128i required = _mm_set1_epi32(static_cast<int>(query.required));
    const __m128i low = _mm_set1_epi32(ordered(query.min_weight));
    const __m128i high = _mm_set1_epi32(ordered(query.max_weight));
    const std::size_t row_count = entries.amounts.size();
    std::size_t count = 0;
    for (std::size_t i = 0; i + 4 <= row_count; i += 4) {
        const __m128i weight = four(entries.weights, i);
        const __m128i outside = _mm_or_si128(_mm_cmplt_epi32(weight, low), _mm_cmpgt_epi32(weight, high));
        const __m128i fits = _mm_cmpeq_epi32(_mm_and_si128(four(entries.flags, i), mask), required);
        int bits = _mm_movemask_ps(_mm_castsi128_ps(_mm_andnot_si128(outside, fits)));
        while (bits != 0) {
            chosen[count++] = static_cast<std::uint32_t>(i) + static_cast<std::uint32_t>(__builtin_ctz(bits));
            bits &= bits - 1;
        }
    }
    while (count != 0 && chosen[count - 1] >= row_count) {
        --count;
    }
    return count;
}

Answer run_query(const Query& query, const Register& entries, const Row* rows,
                 std::vector<std::uint32_t>& chosen) {
    Answer answer{};
    answer.count = select(query, entries, chosen.data());
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
    const std::size_t padded = (row_count + 3) / 4 * 4;
    entries.flags.resize(padded);
    entries.weights.resize(padded);
    entries.amounts.reserve(row_count);
    for (std::size_t i = 0; i < row_count; ++i) {
        const Row& row = rows[i];
        entries.flags[i] = static_cast<std::int32_t>(row.flags);
        entries.weights[i] = ordered(row.weight);
        entries.amounts.push_back({std::uint64_t{row.value} * row.quantity, transport_charge(row)});
    }
    return entries;
}

}  // namespace

extern "C" void scan_records(const Row* rows, std::size_t row_count, const Query* queries,
                             std::size_t query_count, Answer* answers) {
    const Register entries = load(rows, row_count);
    std::vector<std::uint32_t> chosen(row_count + 4);
    for (std::size_t i = 0; i < query_count; ++i) {
        answers[i] = run_query(queries[i], entries, rows, chosen);
    }
}
