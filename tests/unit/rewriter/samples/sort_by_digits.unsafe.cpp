#include <algorithm>
#include <cstdint>
#include <vector>

struct Row {
    std::int32_t balance;
    double share;
    std::uint16_t place;
};

// Keys with a sign or a fraction; falling order; a part of a vector; two different keys; one place of long keys.
void signed_numbers(std::vector<std::int32_t>& numbers) { std::sort(numbers.begin(), numbers.end()); }

void falling(std::vector<std::uint32_t>& numbers) {
    std::sort(numbers.begin(), numbers.end(), [](std::uint32_t a, std::uint32_t b) { return a > b; });
}

void head(std::vector<std::uint32_t>& numbers) { std::sort(numbers.begin(), numbers.begin() + 10); }

void balances(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.balance < b.balance; });
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.share < b.share; });
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.place < b.balance; });
}

std::uint32_t middle(std::vector<std::uint32_t>& numbers) {
    std::nth_element(numbers.begin(), numbers.begin() + 5, numbers.end());
    return numbers[5];
}

std::uint16_t first_half(std::vector<std::uint16_t>& numbers) {
    std::nth_element(numbers.begin(), numbers.begin() + 5, numbers.begin() + 10);
    return numbers[5];
}
