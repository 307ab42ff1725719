#include <algorithm>
#include <cstdio>
#include <vector>

struct Runner {
    int number;
    int minutes;
};

bool faster(const Runner& a, const Runner& b) {
    return a.minutes < b.minutes || (a.minutes == b.minutes && a.number < b.number);
}

int podium(std::vector<Runner> runners, std::size_t places) {
    int sum = 0;
    std::sort(runners.begin(), runners.end(), faster);
    for (std::size_t i = 0; i < std::min(places, runners.size()); ++i) {
        sum = sum * 31 + runners[i].number;
    }
    return sum;
}

int middle(std::vector<int> minutes) {
    std::sort(minutes.begin(), minutes.end());
    return minutes[minutes.size() / 2];
}

int main() {
    std::vector<Runner> runners;
    std::vector<int> minutes;
    for (int i = 0; i < 40; ++i) {
        runners.push_back({i, (i * 37) % 23});
        minutes.push_back((i * 29) % 41);
    }
    std::printf("%d %d %d\n", podium(runners, 3), podium(runners, 100), middle(minutes));
}
