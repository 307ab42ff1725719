#include <cstddef>
#include <cstdio>
#include <vector>

int main() {
    std::vector<std::vector<int>> followers(5);
    for (int i = 0; i < 40; ++i) {
        followers[i % 5 * (i % 2)].push_back(i);
    }
    int sum = 0;
    for (const std::vector<int>& each : followers) {
        for (int who : each) sum = sum * 3 % 1009 + who;
        sum += static_cast<int>(each.size()) + each.empty();
    }
    std::printf("%d %d\n", sum, followers[1].back());
}
