#include <cstdio>
#include <vector>

int main() {
    std::vector<int> in = {1, 2, 3}, out;
    for (int value : in) {
        out.push_back(value * 2);
    }
    std::printf("%d\n", out[2]);
}
