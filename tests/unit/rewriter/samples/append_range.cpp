#include <cstdio>
#include <vector>

std::vector<int> part(const std::vector<int>& values, std::size_t from, std::size_t count) {
    std::vector<int> taken;
    for (std::size_t i = 0; i < count; ++i) {
        taken.push_back(values[from + i]);
    }
    return taken;
}

int main() {
    std::vector<int> values;
    for (int i = 0; i < 50; ++i) values.push_back(i * i);
    int sum = 0;
    for (int each : part(values, 7, 20)) sum = sum * 3 + each;
    std::printf("%d %zu\n", sum, part(values, 3, 0).size());
}
