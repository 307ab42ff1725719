#include <cstdio>
#include <vector>

void scale(std::vector<double>& values, double largest) {
    for (double& value : values) {
        value = value / largest;
    }
}

int main() {
    std::vector<double> values;
    for (int i = 0; i < 12; ++i) values.push_back(i * 1.5);
    scale(values, 7.0);
    for (double value : values) std::printf("%.6f ", value);
    std::printf("\n");
}
