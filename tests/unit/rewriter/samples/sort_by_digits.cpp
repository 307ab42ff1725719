#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Sale {
    std::uint16_t amount;
    std::uint8_t shop;
    std::uint8_t grade;
};

void put(const std::vector<std::uint64_t>& numbers) {
    for (const std::uint64_t number : numbers) std::printf("%llu ", static_cast<unsigned long long>(number));
    std::printf("\n");
}

void numbers() {
    std::vector<std::uint64_t> wide{0, ~0ULL, 1ULL << 63, 77, 1ULL << 40};
    std::vector<std::uint32_t> items;
    for (std::uint32_t i = 0; i < 300; ++i) {
        wide.push_back(i * 0x9e3779b97f4a7c15ULL);
        items.push_back(i * 2654435769u);
    }
    std::sort(wide.begin(), wide.end());
    std::sort(items.begin(), items.end());
    put(wide);
    put({items.begin(), items.end()});
}

void rows() {
    std::vector<Sale> sales;
    for (int i = 0; i < 300; ++i) {
        sales.push_back({static_cast<std::uint16_t>(i * 7919), static_cast<std::uint8_t>(i % 7),
                         static_cast<std::uint8_t>(i * i % 11)});
    }
    std::vector<const Sale*> order;
    std::vector<std::uint32_t> places;
    for (std::uint32_t i = 0; i < sales.size(); ++i) {
        order.push_back(&sales[i]);
        places.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [](const Sale* a, const Sale* b) {
        return a->shop != b->shop ? a->shop < b->shop : a->grade < b->grade;
    });
    std::stable_sort(places.data(), places.data() + places.size(), [&](std::uint32_t left, std::uint32_t right) {
        return sales[left].amount < sales[right].amount;
    });
    for (const Sale* sale : order) std::printf("%d ", sale->amount);
    for (const std::uint32_t place : places) std::printf("%u ", place);
    std::printf("\n");
}

void middle() {
    std::vector<std::uint16_t> amounts;
    for (int i = 0; i < 501; ++i) {
        amounts.push_back(static_cast<std::uint16_t>(i * 7919));
        const auto place = amounts.begin() + i / 2;
        std::nth_element(amounts.begin(), place, amounts.end());
        std::printf("%d ", *place);
    }
    std::printf("\n");
}

int main() {
    numbers();
    rows();
    middle();
}
