#include <cstdint>
#include <cstdio>
#include <vector>

struct Trip {
    int from;
    int length;
};

int travelled(int from, const std::vector<Trip>& trips) {
    int sum = 0;
    for (const Trip& trip : trips) {
        if (trip.from == from) {
            sum += trip.length;
        }
    }
    return sum;
}

int main() {
    std::vector<Trip> trips;
    for (int i = 0; i < 900; ++i) trips.push_back({i * 7 % 5, i % 11});
    int sums[5];
    for (int town = 0; town < 5; ++town) {
        sums[town] = travelled(town, trips);
    }
    for (int sum : sums) std::printf("%d\n", sum);
}
