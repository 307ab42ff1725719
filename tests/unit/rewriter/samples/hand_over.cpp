#include <cstdio>
#include <utility>
#include <vector>

std::vector<int> with_one_more(std::vector<int> values, int one) {
    values.push_back(one);
    return values;
}

std::vector<int> with_two_more(std::vector<int> values, int one, int two) {
    values.push_back(one);
    return with_one_more(values, two);
}

int main() {
    std::vector<int> values;
    for (int i = 0; i < 20; ++i) {
        values = with_one_more(values, i);
        values = with_two_more(values, i, 2 * i);
    }
    int sum = 0;
    for (int each : values) sum = (sum * 3 + each) % 100003;
    std::printf("%d %zu\n", sum, values.size());
}
