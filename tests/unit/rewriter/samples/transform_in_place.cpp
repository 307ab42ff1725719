#include <cstdio>
#include <vector>

std::vector<int> doubled(const std::vector<int>& values, int more) {
    std::vector<int> result(values.size());
    int carried = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        carried += values[i];
        result[i] = values[i] * 2 + more + carried;
    }
    return result;
}

int main() {
    std::vector<int> values;
    for (int i = 0; i < 30; ++i) values.push_back(i * 7 % 11);
    const std::vector<int> twice = doubled(doubled(values, 1), 2);
    int sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum = (sum * 3 + twice[i] - values[i]) % 100003;
    std::printf("%d\n", sum);
}
