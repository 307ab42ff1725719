#include <cstdio>
#include <string>

int main() {
    std::string row = "12; 345;-6;+7;9223372036854775807";
    std::string big = row.substr(14, 99);
    long long last = std::stoll(big);
    int sum = std::stoi(row.substr(0, 2)) + std::stoi(row.substr(3, 4)) + std::stoi(row.substr(8, 2));
    std::string signed_part = row.substr(11, 2);
    sum += std::stoi(signed_part);
    double x = std::stod(std::string("2.5"));
    std::printf("%d %lld %.1f\n", sum, last, x);
}
