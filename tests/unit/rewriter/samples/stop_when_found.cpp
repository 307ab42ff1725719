#include <cstdio>
#include <vector>

bool has(const std::vector<int>& values, int wanted) {
    bool found = false;
    for (int value : values) {
        if (value == wanted) {
            found = true;
        }
    }
    return found;
}

int main() {
    std::vector<int> values;
    for (int i = 0; i < 40; ++i) values.push_back(i * 7 % 31);
    std::printf("%d %d\n", has(values, 14), has(values, 99));
}
