#include <cstdio>
#include <map>

class Prices {
public:
    int set(int item, int price) {
        auto [place, added] = prices_.insert({item, price});
        if (added) return -1;
        const int before = place->second;
        place->second = price;
        return before;
    }

    bool drop(int item) {
        auto place = prices_.find(item);
        if (place == prices_.end()) return false;
        prices_.erase(place);
        return true;
    }

    long from(int item, int most) const {
        long sum = 0;
        for (auto place = prices_.lower_bound(item); place != prices_.end() && most > 0; ++place, --most) {
            sum = sum * 5 + place->first + place->second;
            sum %= 1000003;
        }
        return sum;
    }

    std::size_t size() const { return prices_.size(); }

private:
    std::map<int, int> prices_;
};

int main() {
    Prices prices;
    long sum = 0;
    for (int i = 0; i < 2000; ++i) {
        sum = sum * 3 + prices.set((i * 7919) % 1009, i);
        if (i % 3 == 0) sum += prices.drop((i * 31) % 1009);
        sum = (sum + prices.from((i * 17) % 1100, 9)) % 1000003;
    }
    for (int i = 0; i < 900; ++i) sum += prices.drop(i);
    std::printf("%ld %zu %ld\n", sum, prices.size(), prices.from(0, 500));
}
